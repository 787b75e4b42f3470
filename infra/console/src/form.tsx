// The form of an App Client, to create one or to change one.

import { useState } from "preact/hooks";

import type { Change, Problem } from "./api";
import { Problems } from "./parts";
import { problemsOf, type Session } from "./session";

/** The form's values, as text. */
export type Values = {
  name: string;
  description: string;
  role: string;
  accessTokenLifetime: string;
  tokenQuota: string;
};

type Field = keyof Values;

const LABELS: Record<Field, string> = {
  name: "Name",
  description: "Description",
  role: "Role",
  accessTokenLifetime: "Access token lifetime, in seconds",
  tokenQuota: "Token quota, in tokens per hour",
};

type Props = {
  session: Session;
  /** The form sends only values that differ from these. */
  initial: Values;
  /** What the form shows at first, if it is not `initial`. */
  shown?: Values;
  action: string;
  /** What an empty number means. */
  numberHint: string;
  onInput?: (values: Values) => void;
  onSubmit: (change: Change) => Promise<void>;
};

export function ClientForm({ session, initial, shown, action, numberHint, onInput, onSubmit }: Props) {
  const [values, setValues] = useState(shown ?? initial);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setBusy(true);
    setProblems([]);
    const problems = await problemsOf(session, () => onSubmit(changeOf(initial, values)));
    setBusy(false);
    setProblems(problems ?? []);
    const first = problems?.map(fieldOf).find((field) => field !== undefined);
    if (first) {
      form.querySelector<HTMLElement>(`#field-${first}`)?.focus();
    }
  };

  const field = (field: Field, hint: string) => {
    const own = problems.filter((problem) => fieldOf(problem) === field);
    const [hintId, problemId] = [`hint-${field}`, `problem-${field}`];
    const described = [hint && hintId, own.length > 0 && problemId].filter(Boolean).join(" ");
    const properties = {
      id: `field-${field}`,
      value: values[field],
      "aria-describedby": described || undefined,
      "aria-invalid": own.length > 0,
      onInput: (event: Event) => {
        const { value } = event.currentTarget as HTMLInputElement;
        const changed = { ...values, [field]: value };
        setValues(changed);
        onInput?.(changed);
      },
    };
    return (
      <div class="field">
        <label for={properties.id}>{LABELS[field]}</label>
        {field === "role" ? (
          <select {...properties}>
            {session.roles.map((role) => (
              <option value={role.id}>{role.attributes.name}</option>
            ))}
          </select>
        ) : field === "description" ? (
          <textarea {...properties} rows={2} />
        ) : (
          <input
            {...properties}
            type="text"
            autocomplete="off"
            inputMode={field === "name" ? "text" : "numeric"}
          />
        )}
        {hint && (
          <p class="hint" id={hintId}>
            {hint}
          </p>
        )}
        <Problems problems={own} id={problemId} />
      </div>
    );
  };

  const role = session.roles.find((role) => role.id === values.role);
  const elsewhere = problems.filter((problem) => fieldOf(problem) === undefined);
  return (
    <form noValidate onSubmit={submit}>
      {field("name", "")}
      {field("description", "")}
      {field("role", role?.attributes.description ?? "")}
      <div class="pair">
        {field("accessTokenLifetime", numberHint)}
        {field("tokenQuota", numberHint)}
      </div>
      <Problems problems={elsewhere} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={busy}>
          {action}
        </button>
      </div>
    </form>
  );
}

/** The field to which a problem's pointer leads. */
function fieldOf(problem: Problem): Field | undefined {
  const pointer = problem.source?.pointer ?? "";
  if (pointer.startsWith("/data/relationships")) {
    return "role";
  }
  const name = /^\/data\/attributes\/([^/]+)/.exec(pointer)?.[1];
  return name && name !== "role" && Object.hasOwn(LABELS, name) ? (name as Field) : undefined;
}

function changeOf(initial: Values, values: Values): Change {
  const attributes: Record<string, unknown> = {};
  for (const field of ["name", "description"] as const) {
    if (values[field] !== initial[field]) {
      attributes[field] = values[field];
    }
  }
  for (const field of ["accessTokenLifetime", "tokenQuota"] as const) {
    if (values[field] !== initial[field]) {
      attributes[field] = numberOf(values[field]);
    }
  }
  return values.role === initial.role ? { attributes } : { attributes, role: values.role };
}

/** A number, or the text itself: the API says what is wrong with it. */
function numberOf(text: string): number | string {
  return /^-?\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}
