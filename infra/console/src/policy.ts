// An access policy as a text of JSON.

import type { AccessPolicy } from "./api";
import { ApiError } from "./request";

export const POLICY_HINT =
  'JSON, such as {"rule": [{"effect": "Allow", "action": "IAM:GetM2MClient", ' +
  '"resource": "IAM:M2MClient:*"}]}.';

export function textOf(policy: AccessPolicy | undefined): string {
  return policy ? JSON.stringify(policy, null, 2) : "";
}

/** The policy that a person typed; `null` if there is none. The service says what is wrong in it. */
export function policyOf(text: string): AccessPolicy | null {
  if (!text.trim()) {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = `This is not JSON: ${(error as Error).message}.`;
    const source = { pointer: "/data/attributes/accessPolicy" };
    throw new ApiError([{ title: "Invalid value", detail, source }]);
  }
}
