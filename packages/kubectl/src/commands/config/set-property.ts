import { Base64Problem, decodeBase64, encodeBase64, goQuote } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { Kubeconfig } from '../../config/kubeconfig.ts';
import { parseBool } from '../../flags/go-values.ts';
import { save, wrongArguments } from './edit-config.ts';

type FieldType = 'string' | 'bool' | 'bytes' | 'map' | 'strings' | 'object';

const CLUSTER: Readonly<Record<string, FieldType>> = {
  server: 'string',
  'tls-server-name': 'string',
  'insecure-skip-tls-verify': 'bool',
  'certificate-authority': 'string',
  'certificate-authority-data': 'bytes',
  'proxy-url': 'string',
  'disable-compression': 'bool',
  extensions: 'map',
};
const CONTEXT: Readonly<Record<string, FieldType>> = {
  cluster: 'string',
  user: 'string',
  namespace: 'string',
  extensions: 'map',
};
const USER: Readonly<Record<string, FieldType>> = {
  'client-certificate': 'string',
  'client-certificate-data': 'bytes',
  'client-key': 'string',
  'client-key-data': 'bytes',
  token: 'string',
  tokenFile: 'string',
  'act-as': 'string',
  'act-as-uid': 'string',
  'act-as-groups': 'strings',
  'act-as-user-extra': 'map',
  username: 'string',
  password: 'string',
  'auth-provider': 'object',
  exec: 'object',
  extensions: 'map',
};
const SECTIONS = { clusters: CLUSTER, contexts: CONTEXT, users: USER };
/** Properties whose names in files are others. */
const IN_FILES: Readonly<Record<string, string>> = {
  'act-as': 'as',
  'act-as-uid': 'as-uid',
  'act-as-groups': 'as-groups',
  'act-as-user-extra': 'as-user-extra',
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_set/ */
export const setProperty: Command = {
  async run(context) {
    const { args, out } = context;
    const [property, value] = args;
    if (property === undefined || value === undefined || args.length !== 2) return wrongArguments(context);
    if (value === '') throw new Error('you cannot use set to unset a property');
    if (property === '') throw new Error('you must specify a property');
    change(context, property, value);
    out.write(`Property ${goQuote(property)} set.\n`);
    return undefined;
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_unset/ */
export const unsetProperty: Command = {
  async run(context) {
    const { args, out } = context;
    const [property] = args;
    if (property === undefined || args.length !== 1) return wrongArguments(context);
    if (property === '') throw new Error('you must specify a property');
    change(context, property, undefined);
    out.write(`Property ${goQuote(property)} unset.\n`);
    return undefined;
  },
};

/** Sets one property, or takes it away. @throws {Error} with kubectl's text */
function change(context: CommandContext, property: string, value: string | undefined): void {
  const config = context.config.load();
  const [first = '', ...rest] = property.split('.');
  switch (first) {
    case 'current-context':
      if (rest.length > 0) throw unparsable(property);
      save(context, { currentContext: value ?? '' }, false);
      return;
    case 'apiVersion':
    case 'kind':
      // Properties that no file is ever written from: it always has those of this format.
      if (rest.length > 0) throw unparsable(property);
      return;
    case 'clusters':
    case 'contexts':
    case 'users':
      changeEntry(context, config, first, rest, property, value);
      return;
    case 'preferences': {
      const [field, ...more] = rest;
      if (field === undefined && value === undefined) save(context, { preferences: {} }, false);
      else if (field === 'colors' && more.length === 0) {
        const { colors: _, ...others } = config.preferences;
        save(context, { preferences: value === undefined ? others : { ...others, colors: toBool(value) } }, false);
      } else throw new Error(`unable to parse ${property} after [{preferences api.Preferences}] at api.Preferences`);
      return;
    }
    default:
      throw new Error(`unable to parse ${property} after [] at api.Config`);
  }
}

const unparsable = (property: string): Error => new Error(`unable to parse one or more field values of ${property}`);

function changeEntry(
  context: CommandContext,
  config: Kubeconfig,
  section: keyof typeof SECTIONS,
  path: readonly string[],
  property: string,
  value: string | undefined,
): void {
  const entries = config[section] as ReadonlyMap<string, { readonly origin: string }>;
  const fields = SECTIONS[section];
  if (path.length === 0) {
    if (value !== undefined) throw noMap(entries);
    save(context, { [section]: new Map() }, false);
    return;
  }
  // Names may have dots: what follows is a field only when it is the name of one.
  const at = path.findIndex((part, index) => index > 0 && Object.hasOwn(fields, part));
  const name = path.slice(0, at < 0 ? path.length : at).join('.');
  const field = at < 0 ? undefined : path[at];
  const changed = new Map(entries);
  if (field === undefined) {
    if (value !== undefined) throw noMap(entries);
    changed.delete(name);
    save(context, { [section]: changed }, false);
    return;
  }
  const type = fields[field] ?? 'string';
  if (path.length > at + 1 || type === 'map' || type === 'object') throw unparsable(property);
  const before = entries.get(name);
  if (before === undefined && value === undefined) throw new Error(`current map key \`${name}\` is invalid`);
  const key = IN_FILES[field] ?? field;
  const entry: Record<string, unknown> = { origin: '', ...before };
  if (value === undefined) delete entry[key];
  else entry[key] = typed(context, type, value);
  changed.set(name, entry as unknown as { readonly origin: string });
  save(context, { [section]: changed }, false);
}

/** kubectl prints addresses here; they mean nothing, and ours are always the same. */
const noMap = (entries: ReadonlyMap<string, unknown>): Error =>
  new Error(
    `can't set a map to a value: map[${[...entries.keys()]
      .sort()
      .map((name) => `${name}:0xc000000000`)
      .join(' ')}]`,
  );

function typed({ flags }: CommandContext, type: FieldType, value: string): unknown {
  if (type === 'bool') return toBool(value);
  if (type === 'strings') throw new Error('unrecognized slice type. string');
  if (type !== 'bytes') return value;
  if (flags.bool('set-raw-bytes')) return encodeBase64(new TextEncoder().encode(value));
  try {
    return encodeBase64(decodeBase64(value));
  } catch (error) {
    if (error instanceof Base64Problem) throw new Error(`error decoding input value: ${error.message}`);
    throw error;
  }
}

const toBool = (text: string): boolean => (text === '' ? false : parseBool(text));
