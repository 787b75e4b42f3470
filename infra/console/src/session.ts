// What every view of a signed-in person needs.

import type { Role } from "./api";
import { ApiError, type Problem } from "./request";
import { SignInError } from "./sign_in";

export type Session = {
  roles: Role[];
  setRoles: (roles: Role[]) => void;
  /** Adds a role, or replaces it by its current state. */
  keepRole: (role: Role) => void;
  /** The names of these roles, or their IDs if the console does not know them. */
  roleNames: (ids: string[]) => string;
  /** Shows a message and has screen readers read it. */
  announce: (message: string) => void;
  /** Opens another view, and shows the message there. */
  close: (message: string, view: string) => void;
  signedOut: (error: SignInError) => void;
};

/** Runs a request. Returns its problems, or `undefined` after a success. */
export async function problemsOf(
  session: Session,
  request: () => Promise<void>,
): Promise<Problem[] | undefined> {
  try {
    await request();
    return undefined;
  } catch (error) {
    if (error instanceof SignInError) {
      session.signedOut(error);
      return undefined;
    }
    if (error instanceof ApiError) {
      return error.problems;
    }
    return [{ title: "No answer", detail: "The service does not answer. Is it running?" }];
  }
}
