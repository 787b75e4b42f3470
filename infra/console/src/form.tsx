// A form that sends only what was changed, and keeps what is typed when the saved state changes.

import { useRef, useState } from "preact/hooks";

import { type Place, placeOf } from "./json_place";
import { Problems } from "./parts";
import type { Problem } from "./request";
import { idsOf, RolesInput } from "./roles_input";
import { problemsOf, type Session } from "./session";

/** The form's values by the names of its fields, as text. */
export type Values = Record<string, string>;

export type Field = {
  /** The name of the attribute, or `roles`. */
  name: string;
  label: string;
  kind: "text" | "number" | "lines" | "policy" | "roles";
  hint?: string;
};

/** What a person typed into a field, and the saved value at that time. */
type Edits = Record<string, { text: string; saved: string }>;

/** A problem with the field to which its pointer leads, and the place in the text of a policy. */
type Placed = Problem & { field: Field | undefined; place?: Place | undefined };

type Props = {
  session: Session;
  /** The fields, row by row. */
  rows: Field[][];
  /** The saved values. The form sends only values that differ from these. */
  initial: Values;
  /** What the form contains at first where that is not the saved value. */
  first?: Values;
  action: string;
  onInput?: (values: Values) => void;
  /** Takes the values that differ from the saved ones. */
  onSubmit: (changed: Values) => Promise<void>;
  /** Loads the saved values. Fails if that is impossible. */
  onReload?: () => Promise<boolean>;
};

export function Form(props: Props) {
  const { session, rows, initial, first = {}, action, onInput, onSubmit, onReload } = props;
  const [edits, setEdits] = useState<Edits>(() => editsOf(first, initial));
  const [problems, setProblems] = useState<Placed[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const values = valuesOf(initial, edits);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblems([]);
    const problems = await problemsOf(session, async () => {
      await onSubmit(changedOf(rows, initial, values));
      setEdits((edits) => unsent(edits, values));
    });
    setBusy(false);
    const shown = (problems ?? []).map((problem) => placed(problem, rows, values));
    setProblems(shown);
    const wrong = shown.find(({ field }) => field);
    const input = form.current?.querySelector<HTMLElement>(`#field-${wrong?.field?.name}`);
    if (input instanceof HTMLTextAreaElement && wrong?.place) {
      input.setSelectionRange(wrong.place.start, wrong.place.end);
    }
    input?.focus();
  };
  const reload = async () => {
    if (await onReload?.()) {
      setProblems([]);
      form.current?.querySelector<HTMLElement>("[type=submit]")?.focus();
    }
  };

  const input = ({ name, label, kind, hint: about }: Field) => {
    const own = problems.filter(({ field }) => field?.name === name);
    const [hintId, problemId] = [`hint-${name}`, `problem-${name}`];
    const saved = edits[name]?.saved ?? initial[name] ?? "";
    const now = kind === "roles" ? session.roleNames(idsOf(initial[name])) : initial[name];
    const hint = saved === initial[name] ? about : `Changed meanwhile. Now: ${now || "empty"}`;
    const described = [hint && hintId, own.length > 0 && problemId].filter(Boolean).join(" ");
    const change = (text: string) => {
      const changed = { ...edits, [name]: { text, saved } };
      setEdits(changed);
      onInput?.(valuesOf(initial, changed));
    };
    const properties = {
      id: `field-${name}`,
      value: values[name] ?? "",
      "aria-describedby": described || undefined,
      "aria-invalid": own.length > 0,
    };
    const typed = {
      ...properties,
      onInput: (event: Event) => change((event.currentTarget as HTMLInputElement).value),
    };
    return (
      <div class="field" key={name}>
        <label for={properties.id}>{label}</label>
        {kind === "roles" ? (
          <RolesInput {...properties} session={session} onChange={change} />
        ) : kind === "lines" ? (
          <textarea {...typed} rows={2} />
        ) : kind === "policy" ? (
          <textarea {...typed} rows={10} class="code" spellcheck={false} />
        ) : (
          <input
            {...typed}
            type="text"
            autocomplete="off"
            inputMode={kind === "text" ? "text" : "numeric"}
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

  const elsewhere = problems.filter(({ field }) => !field);
  return (
    <form noValidate onSubmit={submit} ref={form}>
      {rows.map((row) =>
        row.length > 1 ? <div class="pair">{row.map(input)}</div> : row.map(input),
      )}
      <Problems problems={elsewhere} {...(onReload && { onReload: reload })} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={busy}>
          {action}
        </button>
      </div>
    </form>
  );
}

/** Finds the field of a problem and, in a policy, the line. */
function placed(problem: Problem, rows: Field[][], values: Values): Placed {
  const [, , kind, attribute, ...path] = problem.source?.pointer?.split("/") ?? [];
  const name = kind === "relationships" ? "roles" : attribute;
  const field = rows.flat().find((field) => field.name === name);
  if (field?.kind !== "policy" || path.length === 0) {
    return { ...problem, field };
  }
  const place = placeOf(values[field.name] ?? "", path);
  return { ...problem, field, place, detail: `Line ${place.line}, ${path.join("/")}: ${problem.detail}` };
}

function editsOf(texts: Values, saved: Values): Edits {
  const edit = ([name, text]: [string, string]) => [name, { text, saved: saved[name] ?? "" }];
  return Object.fromEntries(Object.entries(texts).map(edit));
}

function valuesOf(initial: Values, edits: Edits): Values {
  const typed = Object.entries(edits).map(([name, { text }]) => [name, text]);
  return { ...initial, ...Object.fromEntries(typed) };
}

/** What a person typed while the form was being saved. */
function unsent(edits: Edits, sent: Values): Edits {
  const left = Object.entries(valuesOf({}, edits)).filter(([name, text]) => text !== sent[name]);
  return editsOf(Object.fromEntries(left), sent);
}

/** The values to send. Choices without a role and the space around a policy are no changes. */
function changedOf(rows: Field[][], initial: Values, values: Values): Values {
  const meant = (kind: Field["kind"], text = "") =>
    kind === "roles" ? idsOf(text).join(" ") : kind === "policy" ? text.trim() : text;
  const all = rows.flat().map(({ name, kind }) => [name, meant(kind, values[name])] as const);
  return Object.fromEntries(all.filter(([name, text]) => text !== initial[name]));
}
