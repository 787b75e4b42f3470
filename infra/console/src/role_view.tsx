// The view of one role: what it is, what it permits, its form and its deletion.

import { useEffect, useState } from "preact/hooks";

import * as api from "./api";
import { Confirm, CopyButton, Heading, keepFocus, Name, Problems, Time } from "./parts";
import { textOf } from "./policy";
import type { Problem } from "./request";
import { RoleForm } from "./role_form";
import { problemsOf, type Session } from "./session";

export function RoleView({ id, session }: { id: string; session: Session }) {
  const [role, setRole] = useState<api.CurrentRole>();
  const [problems, setProblems] = useState<Problem[]>([]);
  const [isAsking, setAsking] = useState(false);

  const show = (role: api.CurrentRole) => {
    setRole(role);
    session.keepRole(role);
  };
  const load = async () => {
    const problems = await problemsOf(session, async () => show(await api.role(id)));
    setProblems(problems ?? []);
    keepFocus();
    return problems === undefined;
  };
  const reload = async () => {
    const isLoaded = await load();
    if (isLoaded) {
      session.announce("The current state is loaded.");
    }
    return isLoaded;
  };
  useEffect(() => void load(), []);

  const back = (
    <p>
      <a href="#/roles">All roles</a>
    </p>
  );
  if (!role) {
    return (
      <>
        {back}
        {problems.length > 0 && <Heading title="Role">Role</Heading>}
        <Problems problems={problems} />
      </>
    );
  }

  const { name, description, isManaged, accessPolicy, permissions } = role.attributes;
  const { createdAt, updatedAt } = role.attributes;
  const policy = textOf(accessPolicy);
  return (
    <>
      {back}
      <div class="title">
        <Heading title={name}>
          <Name>{name}</Name>
        </Heading>
        {isManaged && <span class="status">managed</span>}
      </div>
      <Problems problems={problems} />
      {isManaged && <p class="hint">This role exists in every org. It cannot be changed.</p>}
      <dl>
        <dt>ID</dt>
        <dd>
          <code>{role.id}</code>
          <CopyButton what="ID" text={role.id} announce={session.announce} />
        </dd>
        <dt>Created</dt>
        <dd>
          <Time seconds={createdAt} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Time seconds={updatedAt} />
        </dd>
        {isManaged && (
          <>
            <dt>Description</dt>
            <dd>{description}</dd>
          </>
        )}
      </dl>

      <section aria-labelledby="permissions">
        <h2 id="permissions">Permissions</h2>
        {permissions.length === 0 ? (
          <p>The access policy permits no action.</p>
        ) : (
          <>
            <p class="hint">The actions that the access policy permits on at least one resource.</p>
            <ul class="permissions">
              {permissions.map((action) => (
                <li key={action}>
                  <code>{action}</code>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>

      {isManaged ? (
        <section aria-labelledby="policy">
          <h2 id="policy">Access policy</h2>
          <div class="command">
            <pre tabIndex={0} role="region" aria-label="Access policy as JSON">
              <code>{policy}</code>
            </pre>
          </div>
        </section>
      ) : (
        <section aria-labelledby="settings">
          <h2 id="settings">Settings</h2>
          <RoleForm
            session={session}
            initial={{ description, accessPolicy: policy }}
            action="Save changes"
            onSubmit={async (attributes) => {
              show(await api.updateRole(role, attributes));
              session.announce("The changes are saved.");
            }}
            onReload={reload}
          />
          <h2>Deletion</h2>
          <div class="buttons">
            <button type="button" class="danger" onClick={() => setAsking(true)}>
              Delete
            </button>
          </div>
        </section>
      )}
      {isAsking && (
        <Confirm
          title={
            <>
              Delete <Name>{name}</Name>?
            </>
          }
          action="Delete"
          onConfirm={() =>
            problemsOf(session, async () => {
              await api.removeRole(role);
              session.close(`${name} is deleted.`, "#/roles");
            })
          }
          onClose={() => setAsking(false)}
          onReload={reload}
        >
          <p>The role is deleted. You cannot undo this.</p>
        </Confirm>
      )}
    </>
  );
}
