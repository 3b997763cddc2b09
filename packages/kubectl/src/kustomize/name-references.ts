import { encodeYaml } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { visit } from './field-spec.ts';
import type { NameReference } from './name-reference-table.ts';
import { isMap } from './node.ts';
import {
  annotated,
  effectiveNamespace,
  type Gvk,
  idOf,
  idText,
  isClusterScoped,
  isOfType,
  kindOf,
  nameOf,
  namespaceOf,
  originalId,
  previousIds,
  type Resource,
} from './resource.ts';

/** A field that may name an object of a type. */
interface Reference {
  readonly referrer: Resource;
  readonly path: string;
  readonly to: Gvk;
  /** Objects in reach of the referrer. */
  readonly candidates: readonly Resource[];
}

/**
 * Lets references follow objects to the names that they have now.
 *
 * @throws {Error} where several objects could be meant
 * @see sigs.k8s.io/kustomize/api/filters/nameref/nameref.go
 */
export function fixReferences(resources: readonly Resource[], references: readonly NameReference[]): void {
  const types = resources.map(originalId);
  resources.forEach((referrer, at) => {
    const type = types[at];
    if (type !== undefined) followAll(referrer, resources, references, type);
  });
}

function followAll(
  referrer: Resource,
  resources: readonly Resource[],
  references: readonly NameReference[],
  type: Gvk,
): void {
  const candidates = inReach(referrer, resources);
  for (const { fieldSpecs, ...to } of references) {
    for (const spec of fieldSpecs) {
      if (!isOfType(type, spec)) continue;
      const reference = { referrer, path: spec.path, to, candidates };
      try {
        // The type of the specification was that of old: the field is looked for in the object as it is.
        visit(referrer, { path: spec.path }, (field) => {
          if (field.value !== null && field.value !== undefined) field.set(followed(field.value, reference, true));
        });
      } catch (error) {
        throw new Error(
          `updating name reference in '${spec.path}' field of '${idText(idOf(referrer))}': ${messageOf(error)}`,
        );
      }
    }
  }
}

/** Objects of no namespace reach all; others what is beside them, and accounts that they name with a namespace. */
function inReach(referrer: Resource, resources: readonly Resource[]): readonly Resource[] {
  const own = idOf(referrer);
  if (isClusterScoped(own)) return resources;
  const { subjects } = referrer.object;
  const named = new Set(
    kindOf(referrer) === 'RoleBinding' && Array.isArray(subjects)
      ? subjects.flatMap((each) => (isMap(each) && each['kind'] === 'ServiceAccount' ? [each['namespace']] : []))
      : [],
  );
  return resources.filter((each) => {
    const id = idOf(each);
    return isClusterScoped(id) || effectiveNamespace(id) === effectiveNamespace(own) || named.has(namespaceOf(each));
  });
}

function followed(value: unknown, reference: Reference, mayBeList: boolean): unknown {
  if (Array.isArray(value) && mayBeList) return value.map((item) => followed(item, reference, false));
  if (Array.isArray(value)) throw new Error('node is expected to be either a string or a map of string');
  if (!isMap(value)) {
    if (value === null) return value;
    const found = theOne(String(value), reference, reference.candidates, false);
    return found === undefined ? value : nameOf(found);
  }
  const { name, namespace } = value;
  if (name === undefined) throw new Error("path config error; no 'name' field in node");
  const candidates = namespace === undefined ? reference.candidates : within(reference, String(namespace ?? ''));
  const found = theOne(String(name), reference, candidates, true);
  if (found === undefined) return value;
  value['name'] = nameOf(found);
  if (namespaceOf(found) !== '') value['namespace'] = namespaceOf(found);
  return value;
}

/** Those that were in a namespace at first; where nothing was, those that are there now. */
function within({ candidates }: Reference, namespace: string): readonly Resource[] {
  const first = candidates.filter((each) => effectiveNamespace(originalId(each)) === namespace);
  return first.length > 0 ? first : candidates.filter((each) => effectiveNamespace(idOf(each)) === namespace);
}

/** The one that is meant; of several one that is called as all of them are. @throws {Error} when they are called otherwise */
function theOne(
  name: string,
  { referrer, to, path }: Reference,
  candidates: readonly Resource[],
  isPlaced: boolean,
): Resource | undefined {
  const own = idOf(referrer);
  const role = path.endsWith('roleRef/name') ? roleType(referrer) : {};
  let found = candidates.filter((each) => {
    const before = previousIds(each);
    return (
      before.some((id) => id.name === name) &&
      before.some((id) => isOfType(id, to)) &&
      before.some((id) => isOfType(id, role)) &&
      (isClusterScoped(own) ||
        isClusterScoped(idOf(each)) ||
        kindOf(each) === 'ServiceAccount' ||
        effectiveNamespace(idOf(each)) === effectiveNamespace(own))
    );
  });
  if (found.length !== 1) {
    found = found.filter((each) => hasSameAffixes(each, referrer, true));
    if (found.length > 1) found = found.filter((each) => hasSameAffixes(each, referrer, false));
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const isSame = (each: Resource): boolean =>
    nameOf(each) === nameOf(first) && (!isPlaced || namespaceOf(each) === namespaceOf(first));
  if (!found.every(isSame)) throw new Error(tooMany(referrer, found));
  first.isReferredTo = true;
  return first;
}

function roleType({ object }: Resource): Gvk {
  const { roleRef } = object;
  if (!isMap(roleRef) || typeof roleRef['apiGroup'] !== 'string' || typeof roleRef['kind'] !== 'string') return {};
  return { group: roleRef['apiGroup'], kind: roleRef['kind'] };
}

/** Names that were lengthened alike belong together; an empty list may go with any. */
function hasSameAffixes(a: Resource, b: Resource, mayBeEmpty: boolean): boolean {
  const isAlike = (left: readonly string[], right: readonly string[]): boolean => {
    if (left.length === 0 || right.length === 0) return mayBeEmpty || left.length === right.length;
    const length = Math.min(left.length, right.length);
    return left.slice(-length).join() === right.slice(-length).join();
  };
  return isAlike(a.prefixes, b.prefixes) && isAlike(a.suffixes, b.suffixes);
}

function tooMany(referrer: Resource, found: readonly Resource[]): string {
  const ids = found.map((each) => idText(idOf(each))).join(', ');
  const shown = found.map((each, at) => `--- possible referral ${at}:\n${encodeYaml(annotated(each))}\n`).join('');
  return `found multiple possible referrals: ${ids}\n\n**** Too many possible referral targets to referrer:\n${encodeYaml(annotated(referrer))}\n${shown}`;
}
