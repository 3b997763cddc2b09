import { type Discovery, qualifiedName } from '../discovery/discovery.ts';

/** What the arguments of a command name: types to list, or single objects. */
export type Named =
  | { readonly type: 'none' }
  /** `pods`, `pods,services`, `all` */
  | { readonly type: 'types'; readonly types: readonly string[] }
  /** `pod a b` */
  | { readonly type: 'names'; readonly types: readonly string[]; readonly names: readonly string[] }
  /** `pod/a service/b` */
  | { readonly type: 'tuples'; readonly tuples: readonly Tuple[] };

export interface Tuple {
  readonly resource: string;
  readonly name: string;
}

/** Reads `TYPE[,TYPE] [NAME …]` and `TYPE/NAME …`. @throws {Error} with kubectl's text */
export function readArguments(given: readonly string[], discovery: Pick<Discovery, 'category'>): Named {
  const args = spread(given);
  const slashed = args.filter((arg) => arg.includes('/')).length;
  if (slashed > 0 && slashed < args.length) {
    throw new Error(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  if (slashed > 0) return { type: 'tuples', tuples: args.map(readTuple) };
  const [types, ...names] = args;
  if (types === undefined) return { type: 'none' };
  const list = unique(expandCategories(types, discovery).split(','));
  return names.length === 0 ? { type: 'types', types: list } : { type: 'names', types: list, names };
}

/** `web`, or `pod/web`, where the command has a type of its own. @throws {Error} */
export function readNames(defaultType: string, names: readonly string[]): readonly Tuple[] {
  return names.map((name) => (name.includes('/') ? readTuple(name) : { resource: defaultType, name }));
}

export function readTuple(text: string): Tuple {
  const [resource = '', name = '', ...more] = text.split('/');
  if (more.length > 0) throw new Error('arguments in resource/name form may not have more than one slash');
  if (resource === '' || name === '' || resource.includes(',')) {
    throw new Error('arguments in resource/name form must have a single resource and name');
  }
  return { resource, name };
}

/** `a,b c` means `a/c b/c`. */
function spread(args: readonly string[]): readonly string[] {
  const [first = '', ...names] = args;
  const types = unique(first.split(','));
  if (names.length === 0 || types.length < 2) return args;
  return types.flatMap((type) => names.map((name) => `${type}/${name}`));
}

function expandCategories(types: string, discovery: Pick<Discovery, 'category'>): string {
  return types
    .split(',')
    .map((type) => {
      const members = discovery.category(type);
      return members.length === 0 ? type : members.map(qualifiedName).join(',');
    })
    .join(',');
}

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)];
