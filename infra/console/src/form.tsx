// The form of an App Client, to create one or to change one.

import { useRef, useState } from "preact/hooks";

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

/** What a person typed into a field, and the saved value at that time. */
type Edits = Partial<Record<Field, { text: string; saved: string }>>;

type Props = {
  session: Session;
  /** The saved values. The form sends only values that differ from these. */
  initial: Values;
  /** The role that the form chooses at first, if it is not the saved one. */
  role?: string;
  action: string;
  /** What an empty number means. */
  numberHint: string;
  onInput?: (values: Values) => void;
  onSubmit: (change: Change) => Promise<void>;
  /** Loads the saved values. Fails if that is impossible. */
  onReload?: () => Promise<boolean>;
};

export function ClientForm(props: Props) {
  const { session, initial, role: first, action, numberHint, onInput, onSubmit, onReload } = props;
  const [edits, setEdits] = useState<Edits>(first ? { role: { text: first, saved: "" } } : {});
  const [problems, setProblems] = useState<Problem[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const values = valuesOf(initial, edits);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblems([]);
    const problems = await problemsOf(session, async () => {
      await onSubmit(changeOf(initial, values));
      setEdits((edits) => unsent(edits, values));
    });
    setBusy(false);
    setProblems(problems ?? []);
    const first = problems?.map(fieldOf).find((field) => field !== undefined);
    if (first) {
      form.current?.querySelector<HTMLElement>(`#field-${first}`)?.focus();
    }
  };
  const reload = async () => {
    if (await onReload?.()) {
      setProblems([]);
      form.current?.querySelector<HTMLElement>("[type=submit]")?.focus();
    }
  };

  const field = (field: Field, about: string) => {
    const own = problems.filter((problem) => fieldOf(problem) === field);
    const [hintId, problemId] = [`hint-${field}`, `problem-${field}`];
    const saved = edits[field]?.saved ?? initial[field];
    const now = field === "role" ? session.roleName(initial.role) : initial[field] || "empty";
    const hint = saved === initial[field] ? about : `Changed meanwhile. Now: ${now}`;
    const described = [hint && hintId, own.length > 0 && problemId].filter(Boolean).join(" ");
    const properties = {
      id: `field-${field}`,
      value: values[field],
      "aria-describedby": described || undefined,
      "aria-invalid": own.length > 0,
      onInput: (event: Event) => {
        const { value } = event.currentTarget as HTMLInputElement;
        const changed = { ...edits, [field]: { text: value, saved } };
        setEdits(changed);
        onInput?.(valuesOf(initial, changed));
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
    <form noValidate onSubmit={submit} ref={form}>
      {field("name", "")}
      {field("description", "")}
      {field("role", role?.attributes.description ?? "")}
      <div class="pair">
        {field("accessTokenLifetime", numberHint)}
        {field("tokenQuota", numberHint)}
      </div>
      <Problems problems={elsewhere} {...(onReload && { onReload: reload })} />
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

function valuesOf(initial: Values, edits: Edits): Values {
  const values = { ...initial };
  for (const [field, edit] of Object.entries(edits)) {
    values[field as Field] = edit.text;
  }
  return values;
}

/** What a person typed while the form was being saved. */
function unsent(edits: Edits, sent: Values): Edits {
  const left = Object.entries(edits) as [Field, { text: string }][];
  return Object.fromEntries(
    left
      .filter(([field, { text }]) => text !== sent[field])
      .map(([field, { text }]) => [field, { text, saved: sent[field] }]),
  );
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
