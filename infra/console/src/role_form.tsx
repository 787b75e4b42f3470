// The form of a role, to create one or to change one.

import { type Field, Form, type Values } from "./form";
import { POLICY_HINT, policyOf } from "./policy";
import type { Session } from "./session";

type Props = {
  session: Session;
  /** Has a name only if the role does not exist yet: it never changes. */
  initial: Values;
  action: string;
  onSubmit: (attributes: Record<string, unknown>) => Promise<void>;
  onReload?: () => Promise<boolean>;
};

export function RoleForm({ onSubmit, ...props }: Props) {
  const name: Field = {
    name: "name",
    label: "Name",
    kind: "text",
    hint: "You cannot change it later: tokens contain it.",
  };
  const rows: Field[][] = [
    ...("name" in props.initial ? [[name]] : []),
    [{ name: "description", label: "Description", kind: "lines" }],
    [
      {
        name: "accessPolicy",
        label: "Access policy",
        kind: "policy",
        hint: `${POLICY_HINT} Empty for a role that permits nothing.`,
      },
    ],
  ];
  const submit = ({ accessPolicy, ...texts }: Values) =>
    onSubmit({
      ...texts,
      ...(accessPolicy !== undefined && { accessPolicy: policyOf(accessPolicy) }),
    });
  return <Form {...props} rows={rows} onSubmit={submit} />;
}
