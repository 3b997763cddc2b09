import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '@tabernetes/api/types/rbac-v1';
import { compactRules, ruleCells } from '../../rbac/rules.ts';
import { of } from './describer.ts';
import { heads } from './description.ts';
import { head } from './metadata.ts';

/** Role and ClusterRole. */
export const role = of<Role | ClusterRole>(async (_context, { metadata, rules }, d) => {
  head(d, metadata, false);
  d.write(0, 'PolicyRule:\n');
  heads(d, 1, ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']);
  for (const rule of compactRules(rules ?? [])) d.write(1, `${ruleCells(rule).join('\t')}\n`);
});

/** RoleBinding and ClusterRoleBinding. */
export const roleBinding = of<RoleBinding | ClusterRoleBinding>(
  async (_context, { metadata, roleRef, subjects }, d) => {
    head(d, metadata, false);
    d.write(0, 'Role:\n');
    d.field(1, 'Kind', roleRef.kind);
    d.field(1, 'Name', roleRef.name);
    d.write(0, 'Subjects:\n');
    heads(d, 1, ['Kind', 'Name', 'Namespace']);
    for (const { kind, name, namespace = '' } of subjects ?? []) d.write(1, `${kind}\t${name}\t${namespace}\n`);
  },
);
