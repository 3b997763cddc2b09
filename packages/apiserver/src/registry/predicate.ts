import type { KindDefinition } from '@tabernetes/api';
import {
  badRequest,
  EVERYTHING,
  type FieldSelector,
  fieldNotKnown,
  fieldNotSupported,
  type KubeObject,
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
  SelectorProblem,
} from '@tabernetes/apimachinery';

/** Which objects a list or a watch is about. */
export interface Predicate {
  /** True: all of them. */
  readonly empty: boolean;
  matches(object: KubeObject): boolean;
  /** Set when only objects of this name can match. */
  readonly name: string | undefined;
  /** Set when only objects of this namespace can match. */
  readonly namespace: string | undefined;
}

/**
 * @param name from the path of a watch of one object, else empty
 * @throws {StatusError} BadRequest with the parser's words
 */
export function predicate(
  definition: KindDefinition,
  labelSelector: string,
  fieldSelector: string,
  name: string,
): Predicate {
  if (labelSelector === '' && fieldSelector === '' && name === '') return ALL;
  return inWords(() => {
    const [labels, fields] = selectors(labelSelector, fieldSelector);
    return new Selection(definition, labels, fields && checkedFields(definition, fields), name);
  });
}

/** That they can be read. @throws {StatusError} BadRequest with the parser's words */
export function checkSelectors(labelSelector: string, fieldSelector: string): void {
  if (labelSelector !== '' || fieldSelector !== '') inWords(() => selectors(labelSelector, fieldSelector));
}

const selectors = (labels: string, fields: string): readonly [Selector, FieldSelector?] => [
  labels === '' ? EVERYTHING : parseLabelSelector(labels),
  fields === '' ? undefined : parseFieldSelector(fields),
];

function inWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SelectorProblem) throw badRequest(error.message);
    throw error;
  }
}

const ALL: Predicate = { empty: true, matches: () => true, name: undefined, namespace: undefined };

class Selection implements Predicate {
  readonly empty: boolean;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly #labels: Selector;
  readonly #fields: ((object: KubeObject) => boolean) | undefined;

  constructor(definition: KindDefinition, labels: Selector, fields: FieldSelector | undefined, name: string) {
    this.#labels = labels;
    const selected = fields?.exactValue('metadata.name');
    if (name !== '' && fields !== undefined && !fields.empty && selected !== name) {
      throw badRequest("fieldSelector metadata.name doesn't match requested name");
    }
    this.name = name === '' ? selected : name;
    this.namespace = fields?.exactValue('metadata.namespace');
    const tested = fields?.matcher<KubeObject>((field) => fieldGetter(definition, field));
    this.#fields = name === '' ? tested : ({ metadata }) => metadata.name === name;
    this.empty = labels.empty && (fields === undefined || fields.empty) && name === '';
  }

  matches(object: KubeObject): boolean {
    if (this.#fields !== undefined && !this.#fields(object)) return false;
    return this.#labels.empty || this.#labels.matches(object.metadata.labels);
  }
}

function fieldGetter(
  definition: KindDefinition,
  field: string,
): ((object: KubeObject) => string | undefined) | undefined {
  if (field === 'metadata.name') return ({ metadata }) => metadata.name;
  if (field === 'metadata.namespace') return ({ metadata }) => metadata.namespace;
  return definition.selectableFields?.[field];
}

/** @throws {SelectorProblem} for fields that the kind does not select by */
function checkedFields(definition: KindDefinition, selector: FieldSelector): FieldSelector {
  const { selectableFields } = definition;
  for (const { field } of selector.requirements) {
    if (field === 'metadata.name' || (field === 'metadata.namespace' && definition.namespaced)) continue;
    if (selectableFields !== undefined && Object.hasOwn(selectableFields, field)) continue;
    if (field === 'metadata.namespace' && selectableFields === undefined) continue;
    if (definition.fieldSelectorProblem !== undefined)
      throw new SelectorProblem(definition.fieldSelectorProblem(field));
    throw selectableFields === undefined ? fieldNotKnown(field) : fieldNotSupported(field);
  }
  return selector;
}
