import { type Gvk, isOfType } from './resource.ts';

/** A field of objects of a type: `spec/template/spec/containers[]/image`. */
export interface FieldSpec extends Gvk {
  readonly path: string;
  readonly create?: boolean;
}

/** Both, each field once. @throws {Error} where one says of a field that it is made, and the other that it is not */
export function mergeSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const result = [...specs];
  for (const spec of more) {
    const same = result.find((each) => each.path === spec.path && isOfType(each, spec));
    if (same === undefined) result.push(spec);
    else if ((same.create === true) !== (spec.create === true)) throw new Error('conflicting fieldspecs');
  }
  return result;
}
