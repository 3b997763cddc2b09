import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { typedPrinter } from '../../writing/print.ts';
import { checkLocal, objectsToSet, setAll } from './set-objects.ts';

const GROUP = 'rbac.authorization.k8s.io';

interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_subject/ */
export const subject: Command = {
  async run(context) {
    const { flags, args, namespace } = context;
    const dryRun = dryRunOf(context);
    typedPrinter(context, 'subjects updated', dryRun);
    const infos = await objectsToSet(context, args);
    checkLocal(context, dryRun);
    if (flags.bool('all') && flags.string('selector') !== '') {
      throw new Error('cannot set --all and --selector at the same time');
    }
    const [users, groups, accounts] = [flags.strings('user'), flags.strings('group'), flags.strings('serviceaccount')];
    if (users.length + groups.length + accounts.length === 0) {
      throw new Error('you must specify at least one value of user, group or serviceaccount');
    }
    for (const account of accounts) {
      const [home, name, ...more] = account.split(':');
      if (!name || more.length > 0) throw new Error('serviceaccount must be <namespace>:<name>');
      if (home === '' && infos.some(({ object }) => object?.kind === 'ClusterRoleBinding')) {
        throw new Error('serviceaccount must be <namespace>:<name>, namespace must be specified');
      }
    }
    const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
    const wanted: readonly Subject[] = [
      ...sorted(users).map((name) => ({ kind: 'User', apiGroup: GROUP, name })),
      ...sorted(groups).map((name) => ({ kind: 'Group', apiGroup: GROUP, name })),
      ...sorted(accounts).map((account) => {
        const [home = '', name = ''] = account.split(':');
        return { kind: 'ServiceAccount', name, namespace: home || namespace().name };
      }),
    ];
    return setAll(context, infos, {
      operation: 'subjects updated',
      dryRun,
      failure: 'failed to patch subjects to rolebinding: ',
      change(object) {
        if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') {
          throw new Error('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
        }
        const { subjects = [] } = object as KubeObject & { readonly subjects?: readonly Subject[] };
        const added = wanted.filter((each) => !subjects.some((old) => isSame(old, each)));
        return added.length === 0 ? undefined : ({ ...object, subjects: [...subjects, ...added] } as KubeObject);
      },
    });
  },
};

const isSame = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind &&
  a.name === b.name &&
  (a.apiGroup ?? '') === (b.apiGroup ?? '') &&
  (a.namespace ?? '') === (b.namespace ?? '');
