// The form of an App Client, to create one or to change one.

import type { Change } from "./api";
import { type Field, Form, type Values } from "./form";
import { POLICY_HINT, policyOf } from "./policy";
import { idsOf } from "./roles_input";
import type { Session } from "./session";

type Props = {
  session: Session;
  initial: Values;
  first?: Values;
  action: string;
  /** What an empty number means. */
  numberHint: string;
  onInput?: (values: Values) => void;
  onSubmit: (change: Change) => Promise<void>;
  onReload?: () => Promise<boolean>;
};

export function ClientForm({ numberHint: hint, onSubmit, ...props }: Props) {
  const rows: Field[][] = [
    [{ name: "name", label: "Name", kind: "text" }],
    [{ name: "description", label: "Description", kind: "lines" }],
    [{ name: "roles", label: "Role", kind: "roles" }],
    [
      {
        name: "accessPolicy",
        label: "Inline access policy",
        kind: "policy",
        hint: `For this App Client alone, in addition to its roles. ${POLICY_HINT} Empty for none.`,
      },
    ],
    [
      { name: "accessTokenLifetime", label: "Access token lifetime, in seconds", kind: "number", hint },
      { name: "tokenQuota", label: "Token quota, in tokens per hour", kind: "number", hint },
    ],
  ];
  return <Form {...props} rows={rows} onSubmit={(changed) => onSubmit(changeOf(changed))} />;
}

/** The values as a document has them. */
export function changeOf({ roles, ...texts }: Values): Change {
  const attributes: Record<string, unknown> = { ...texts };
  for (const name of ["accessTokenLifetime", "tokenQuota"]) {
    if (texts[name] !== undefined) {
      attributes[name] = numberOf(texts[name]);
    }
  }
  if (texts.accessPolicy !== undefined) {
    attributes.accessPolicy = policyOf(texts.accessPolicy);
  }
  return { attributes, ...(roles !== undefined && { roles: idsOf(roles) }) };
}

/** A number, or the text itself: the API says what is wrong with it. */
function numberOf(text: string): number | string {
  return /^-?\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}
