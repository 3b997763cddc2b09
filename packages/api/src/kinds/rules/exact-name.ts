import { type FieldError, invalid, type ObjectMeta } from '@tabernetes/apimachinery';

/**
 * Appends what is wrong with a name that the rest of the object prescribes. The rules of all names have been applied
 * to it already, as {@link KindDefinition.validateName}.
 * @param problem of a name that is not the prescribed one
 */
export function validateExactName(
  errors: FieldError[],
  { name, generateName }: ObjectMeta,
  prescribed: string,
  problem: string,
): void {
  // Any beginning is wrong, whatever name was made of it.
  if (generateName && generateName !== prescribed) errors.push(invalid('metadata.generateName', generateName, problem));
  if (name && name !== prescribed) errors.push(invalid('metadata.name', name, problem));
}
