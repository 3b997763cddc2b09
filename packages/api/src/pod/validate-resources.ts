import { forbidden, invalid, isQualifiedName, parseQuantity, required } from '@tabernetes/apimachinery';
import type { PodSpec, ResourceRequirements } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { compareQuantities, quantityText } from './quantities.ts';
import {
  isExtendedResource,
  isHugePages,
  isIntegerResource,
  isNativeResource,
  isOvercommitAllowed,
  isStandardContainerResource,
  isStandardResource,
} from './resource-names.ts';
import { bare, type Errors, NEGATIVE, reject } from './rules.ts';
import type { PodValidationOptions } from './validation-options.ts';

type ResourceList = Readonly<Record<string, string>>;
type Options = Pick<PodValidationOptions, 'allowIndivisibleHugePagesValues'>;

/**
 * Requests and limits of a container, or the overhead of a Pod (as limits).
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidateResourceRequirements
 */
export function validateResources(
  errors: Errors,
  resources: ResourceRequirements,
  path: string,
  options: Options,
): void {
  const { limits, requests } = resources;
  let huge = false;
  let computes = false;
  for (const name in limits) {
    const quantity = limits[name] as string;
    validateEntry(errors, name, quantity, path, 'limits');
    validateHugePages(errors, name, quantity, path, 'limits', options);
    huge ||= isHugePages(name);
    computes ||= isCompute(name);
  }
  for (const name in requests) {
    const quantity = requests[name] as string;
    validateEntry(errors, name, quantity, path, 'requests');
    validateAgainstLimit(errors, name, quantity, limits, path);
    validateHugePages(errors, name, quantity, path, 'requests', options);
    huge ||= isHugePages(name);
    computes ||= isCompute(name);
  }
  if (huge && !computes) errors.push(forbidden(path, 'HugePages require cpu or memory'));
}

const isCompute = (name: string): boolean => name === 'cpu' || name === 'memory';

type List = 'limits' | 'requests';

function validateEntry(errors: Errors, name: string, quantity: string, path: string, list: List): void {
  // What nearly every container asks for: nothing to look at but the sign.
  if (isCompute(name) && parseQuantity(quantity).sign() >= 0) return;
  const at = `${path}.${list}[${name}]`;
  validateContainerResourceName(errors, name, at);
  validateQuantityOf(errors, name, quantity, at);
}

function validateHugePages(
  errors: Errors,
  name: string,
  quantity: string,
  path: string,
  list: List,
  options: Options,
): void {
  if (!isHugePages(name) || options.allowIndivisibleHugePagesValues || isDivisible(name, quantity)) return;
  const text = quantityText(quantity);
  errors.push(invalid(`${path}.${list}[${name}]`, text, `${text} is not positive integer multiple of ${name}`));
}

function validateAgainstLimit(
  errors: Errors,
  name: string,
  request: string,
  limits: ResourceList | undefined,
  path: string,
): void {
  const limit = limits?.[name];
  const overcommit = isOvercommitAllowed(name);
  if (limit === undefined) {
    if (!overcommit) errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    return;
  }
  const order = compareQuantities(request, limit);
  const rule = order !== 0 && !overcommit ? 'equal to' : order > 0 ? 'less than or equal to' : undefined;
  if (rule === undefined) return;
  const detail = `must be ${rule} ${name} limit of ${quantityText(limit)}`;
  errors.push(invalid(`${path}.requests`, quantityText(request), detail));
}

/** The name of a resource, of any sort. */
export function validateResourceName(errors: Errors, name: string, path: string): void {
  const problems = isQualifiedName(name);
  reject(errors, path, bare(name), problems);
  if (problems.length === 0 && !name.includes('/') && !isStandardResource(name)) {
    errors.push(invalid(path, bare(name), 'must be a standard resource type or fully qualified'));
  }
}

/** The name of a resource that a container may ask for. */
export function validateContainerResourceName(errors: Errors, name: string, path: string): void {
  if (isCompute(name)) return;
  validateResourceName(errors, name, path);
  if (!name.includes('/')) {
    if (!isStandardContainerResource(name)) {
      errors.push(invalid(path, bare(name), 'must be a standard resource for containers'));
    }
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalid(path, bare(name), "doesn't follow extended resource name standard"));
  }
}

/** An amount of a resource: not negative, and whole where the thing is countable. */
export function validateQuantityOf(errors: Errors, name: string, quantity: string, path: string): void {
  const amount = parseQuantity(quantity);
  if (amount.sign() < 0) errors.push(invalid(path, amount.toString(), NEGATIVE));
  if (isIntegerResource(name) && amount.milliValue() % 1000 !== 0) {
    errors.push(invalid(path, dumpGo('resource.Quantity', quantity), 'must be an integer'));
  }
}

/** Huge pages come in pages: `hugepages-2Mi` in multiples of 2Mi. */
function isDivisible(name: string, quantity: string): boolean {
  let page: bigint;
  try {
    page = parseQuantity(name.slice('hugepages-'.length)).scaledBig(0);
  } catch {
    return false;
  }
  const amount = parseQuantity(quantity).scaledBig(0);
  return page > 0n && amount % page === 0n;
}

/** True when a spec asks for parts of huge pages: such a spec may go on doing so. */
export function hasIndivisibleHugePages(spec: PodSpec): boolean {
  for (const containers of [spec.initContainers, spec.containers]) {
    for (const { resources } of containers ?? NONE) {
      if (isIndivisible(resources?.limits) || isIndivisible(resources?.requests)) return true;
    }
  }
  return false;
}

const NONE: readonly never[] = [];

function isIndivisible(list: ResourceList | undefined): boolean {
  for (const name in list) if (isHugePages(name) && !isDivisible(name, list[name] as string)) return true;
  return false;
}
