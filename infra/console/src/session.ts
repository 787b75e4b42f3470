// What every view of a signed-in person needs.

import { ApiError, type Problem, type Role } from "./api";
import { SignInError } from "./sign_in";

export type Session = {
  roles: Role[];
  roleName: (id: string | undefined) => string;
  /** Shows a message and has screen readers read it. */
  announce: (message: string) => void;
  /** Opens the list, and shows the message there. */
  close: (message: string) => void;
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
