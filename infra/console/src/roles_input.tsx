// The roles of an App Client, in a form.

import { useRef } from "preact/hooks";

import type { Session } from "./session";

type Props = {
  session: Session;
  id: string;
  /** The IDs, with a space between two. Each part is one choice; an empty one chooses no role. */
  value: string;
  onChange: (value: string) => void;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
};

export function RolesInput({ session, id, value, onChange, ...properties }: Props) {
  const choices = useRef<HTMLDivElement>(null);
  const chosen = value.split(" ");
  const add = () => {
    onChange(`${value} `);
    requestAnimationFrame(() => {
      const all = choices.current?.querySelectorAll("select") ?? [];
      all[all.length - 1]?.focus();
    });
  };
  const choice = (roleId: string, index: number) => {
    const role = session.roles.find((role) => role.id === roleId);
    const own = index === 0 ? id : `${id}-${index + 1}`;
    const hint = role?.attributes.description && `${own}-hint`;
    const described = [hint, properties["aria-describedby"]].filter(Boolean).join(" ");
    const choose = (roleId: string) =>
      onChange(chosen.map((other, at) => (at === index ? roleId : other)).join(" "));
    return (
      <div class="role" key={index}>
        {index > 0 && (
          <label class="hidden" for={own}>
            Role {index + 1}
          </label>
        )}
        <select
          {...properties}
          id={own}
          value={roleId}
          aria-describedby={described || undefined}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">No role</option>
          {session.roles.map(({ id, attributes }) => (
            <option value={id}>{attributes.name}</option>
          ))}
          {roleId && !role && <option value={roleId}>{roleId}</option>}
        </select>
        {hint && (
          <p class="hint" id={hint}>
            {role?.attributes.description}
          </p>
        )}
      </div>
    );
  };
  return (
    <div ref={choices}>
      {chosen.map(choice)}
      <button type="button" class="small" onClick={add}>
        Add a role
      </button>
    </div>
  );
}

/** The IDs of the roles that the value of the field has. */
export function idsOf(value = ""): string[] {
  return value.split(" ").filter((id) => id);
}
