// The list of roles, and the view that creates one.

import { useEffect, useState } from "preact/hooks";

import { createRole, type Role, roles as listRoles } from "./api";
import { Heading, Name, Problems } from "./parts";
import type { Problem } from "./request";
import { RoleForm } from "./role_form";
import { problemsOf, type Session } from "./session";

export function RolesView({ session }: { session: Session }) {
  const [busy, setBusy] = useState(true);
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    const load = async () => {
      const problems = await problemsOf(session, async () => session.setRoles(await listRoles()));
      setProblems(problems ?? []);
      setBusy(false);
    };
    void load();
  }, []);
  return (
    <>
      <div class="title">
        <Heading title="Roles">Roles</Heading>
        <a class="button primary" href="#/roles/new">
          Create a role
        </a>
      </div>
      <p class="hint" aria-live="polite" id="found">
        {busy ? "Loading…" : problems.length === 0 && `Showing all roles: ${session.roles.length}.`}
      </p>
      <Problems problems={problems} />
      <ul class="rows roles" aria-busy={busy}>
        {session.roles.map((role) => (
          <Row key={role.id} role={role} />
        ))}
      </ul>
    </>
  );
}

function Row({ role: { id, attributes } }: { role: Role }) {
  return (
    <li>
      <div class="row-head">
        <a href={`#/roles/${encodeURIComponent(id)}`}>
          <Name>{attributes.name}</Name>
        </a>
        {attributes.isManaged && <span class="status">managed</span>}
      </div>
      {attributes.description && <p class="hint">{attributes.description}</p>}
    </li>
  );
}

type CreateProps = { session: Session; onCreated: (role: Role) => void };

export function CreateRoleView({ session, onCreated }: CreateProps) {
  return (
    <>
      <p>
        <a href="#/roles">All roles</a>
      </p>
      <Heading title="Create a role">Create a role</Heading>
      <RoleForm
        session={session}
        initial={{ name: "", description: "", accessPolicy: "" }}
        action="Create"
        onSubmit={async (attributes) => onCreated(await createRole(attributes))}
      />
    </>
  );
}
