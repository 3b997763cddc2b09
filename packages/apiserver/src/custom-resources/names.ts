import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
} from '@tabernetes/api/types/apiextensions-v1';
import { aggregateText, goQuote } from '@tabernetes/apimachinery';

type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

/** Which of its names a definition may have. */
export interface AcceptedNames {
  readonly names: CustomResourceDefinitionNames;
  readonly condition: Condition;
}

/**
 * Names are given to whoever asks first, within a group.
 * @param group all definitions of the group, this one included
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go
 */
export function acceptNames(crd: CustomResourceDefinition, group: readonly CustomResourceDefinition[]): AcceptedNames {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of group) {
    const { plural = '', singular = '', shortNames = [], kind = '', listKind = '' } = status?.acceptedNames ?? {};
    for (const name of [plural, singular, ...shortNames]) resources.add(name);
    for (const name of [kind, listKind]) kinds.add(name);
  }
  const wanted = crd.spec.names;
  const accepted = crd.status?.acceptedNames ?? { kind: '', plural: '' };
  const names: Record<string, unknown> = { ...accepted };
  let condition: Condition = {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  };
  const decide = (field: keyof CustomResourceDefinitionNames, reason: string, problems: readonly string[]): void => {
    if (problems.length === 0) names[field] = wanted[field];
    else condition = { type: 'NamesAccepted', status: 'False', reason, message: aggregateText(problems) };
  };
  const taken = (name: string, own: string, used: ReadonlySet<string>): readonly string[] =>
    name === own || !used.has(name) ? [] : [`${goQuote(name)} is already in use`];
  const one = (field: 'kind' | 'listKind' | 'plural' | 'singular', reason: string, used: ReadonlySet<string>): void =>
    decide(field, reason, taken(wanted[field] ?? '', accepted[field] ?? '', used));
  one('plural', 'PluralConflict', resources);
  one('singular', 'SingularConflict', resources);
  const own = new Set(accepted.shortNames ?? []);
  const short = (wanted.shortNames ?? []).filter((name) => !own.has(name));
  decide(
    'shortNames',
    'ShortNamesConflict',
    short.flatMap((name) => taken(name, '', resources)),
  );
  one('kind', 'KindConflict', kinds);
  one('listKind', 'ListKindConflict', kinds);
  names['categories'] = wanted.categories;
  for (const field of Object.keys(names)) if (names[field] === undefined) delete names[field];
  return { names: names as unknown as CustomResourceDefinitionNames, condition };
}
