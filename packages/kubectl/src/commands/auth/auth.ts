import type { SelfSubjectReview } from '@tabernetes/api/types/authentication-v1';
import type { SelfSubjectAccessReview, SelfSubjectRulesReview } from '@tabernetes/api/types/authorization-v1';
import { isNotFound, StatusError } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { ApiResource } from '../../discovery/discovery.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { compactRules, ruleCells } from '../../rbac/rules.ts';
import { typedPrinter } from '../../writing/print.ts';
import { reconcile } from './reconcile.ts';

const VERBS = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(
    ' ',
  ),
);
const URL_VERBS = new Set('get put post head options delete patch *'.split(' '));

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_can-i/ */
const canI: Command = {
  async run(context) {
    const { flags, args } = context;
    const isQuiet = flags.bool('quiet');
    const isEverywhere = flags.bool('all-namespaces');
    if (flags.bool('list')) {
      if (args.length > 0) throw new Error('list option must be specified with no arguments');
      if (isQuiet || isEverywhere || flags.string('subresource') !== '') {
        throw new Error("list option can't be specified with neither quiet, all-namespaces nor subresource options");
      }
      return listRules(context);
    }
    const [verb, target] = args;
    if (verb === undefined || target === undefined || args.length !== 2) {
      throw new Error(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    }
    const spec = target.startsWith('/')
      ? urlAttributes(context, verb, target)
      : await resourceAttributes(context, verb, target, isEverywhere);
    if (flags.bool('no-headers')) throw new Error('--no-headers cannot be set without --list specified');
    const { status } = await context
      .api()
      .object<SelfSubjectAccessReview>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec },
      });
    const why = [status?.reason, status?.evaluationError].filter(Boolean).map((text) => ` - ${text}`);
    if (!isQuiet) context.out.write(status?.allowed ? 'yes\n' : `no${why.join('')}\n`);
    return status?.allowed ? undefined : 1;
  },
};

const warn = ({ err }: CommandContext, text: string): void => err.write(`Warning: ${text}\n\n`);

function urlAttributes(context: CommandContext, verb: string, path: string): object {
  if (context.flags.string('subresource') !== '') throw new Error('--subresource can not be used with NonResourceURL');
  if (!URL_VERBS.has(verb)) warn(context, `verb '${verb}' is not a known verb`);
  return { nonResourceAttributes: { path, verb } };
}

async function resourceAttributes(
  context: CommandContext,
  verb: string,
  target: string,
  isEverywhere: boolean,
): Promise<object> {
  const slash = target.indexOf('/');
  const [type, name] = slash < 0 ? [target, ''] : [target.slice(0, slash), target.slice(slash + 1)];
  const resource = await resourceOf(context, type);
  if (!isEverywhere) {
    if ((await isNamespaced(context, resource)) === false) {
      const group = resource.group === '' ? '' : ` in group '${resource.group}'`;
      warn(context, `resource '${resource.name}' is not namespace scoped${group}`);
    }
    if (!VERBS.has(verb)) warn(context, `verb '${verb}' is not a known verb`);
  }
  const subresource = context.flags.string('subresource');
  return {
    resourceAttributes: {
      ...(!isEverywhere && { namespace: context.namespace().name }),
      verb,
      ...(resource.group !== '' && { group: resource.group }),
      resource: resource.name,
      ...(subresource !== '' && { subresource }),
      ...(name !== '' && { name }),
    },
  };
}

type Asked = Pick<ApiResource, 'group' | 'name'> & { readonly version?: string };

/** Asked of the server itself, whatever a cache says; undefined when it does not know. */
async function isNamespaced({ api }: CommandContext, { group, version, name }: Asked): Promise<boolean | undefined> {
  if (version === undefined) return undefined;
  try {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const list = await api().object<{
      readonly resources?: readonly { readonly name: string; readonly namespaced: boolean }[];
    }>('GET', path);
    return list.resources?.find((resource) => resource.name === name)?.namespaced;
  } catch {
    // Then there is no warning either.
    return undefined;
  }
}

/** Types that the server does not have may be asked about, too: the answer counts, with a warning. */
async function resourceOf(context: CommandContext, type: string): Promise<Asked> {
  if (type === '*') return { group: '', name: '*' };
  try {
    return await context.api().known((discovery) => discovery.find(type), 2);
  } catch {
    const [name = '', ...group] = type.toLowerCase().split('.');
    if (!['users', 'groups'].includes(type)) {
      const where = group.length === 0 ? '' : ` in group '${group.join('.')}'`;
      warn(context, `the server doesn't have a resource type '${name}'${where}`);
    }
    return { group: '', name: type };
  }
}

async function listRules(context: CommandContext): Promise<undefined> {
  const { api, out, flags, err, namespace } = context;
  const { status } = await api().object<SelfSubjectRulesReview>(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: namespace().name },
      },
    },
  );
  if (status?.incomplete) err.write(`Warning: the list may be incomplete: ${status.evaluationError ?? ''}\n`);
  const rules = compactRules([...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])]);
  const to = new TabWriter((text) => out.write(text));
  if (!flags.bool('no-headers')) to.line(['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']);
  for (const rule of rules) to.line(ruleCells(rule));
  to.flush();
  return undefined;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_whoami/ */
const whoAmI: Command = {
  async run(context) {
    const { api, flags, out } = context;
    const printer = flags.string('output') === '' ? undefined : typedPrinter(context, '', 'none');
    let review: SelfSubjectReview;
    try {
      review = await api().object<SelfSubjectReview>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {}, status: {} },
      });
    } catch (error) {
      throw told(error);
    }
    if (printer !== undefined) {
      printer.print(review);
      return undefined;
    }
    const { username = '', uid = '', groups = [], extra = {} } = review.status?.userInfo ?? {};
    const to = new TabWriter((text) => out.write(text));
    to.line(['ATTRIBUTE', 'VALUE']);
    if (username !== '') to.line(['Username', username]);
    if (uid !== '') to.line(['UID', uid]);
    if (groups.length > 0) to.line(['Groups', `[${groups.join(' ')}]`]);
    for (const key of Object.keys(extra).sort()) to.line([`Extra: ${key}`, `[${(extra[key] ?? []).join(' ')}]`]);
    to.flush();
    return undefined;
  },
};

function told(error: unknown): unknown {
  if (isNotFound(error)) {
    return new Error(
      'the selfsubjectreviews API is not enabled in the cluster\nenable APISelfSubjectReview feature gate and authentication.k8s.io/v1alpha1 or authentication.k8s.io/v1beta1 API',
    );
  }
  if (error instanceof StatusError && error.status.reason === 'Forbidden') {
    return new Error(
      'the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it',
    );
  }
  return error;
}

export const commands: Readonly<Record<string, Command>> = {
  'auth can-i': canI,
  'auth reconcile': reconcile,
  'auth whoami': whoAmI,
};
