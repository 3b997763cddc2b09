import { parseQuantity, roundQuantityUp } from '@tabernetes/apimachinery';

/** Only amounts below a thousandth, and forms that may hide one, need rounding. */
const MAY_BE_FINE = /[un.]|[eE][+-]?[0-9]/;

/**
 * Rounds every quantity up to thousandths, in place, as the API server has done since version 1.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/v1/defaults.go SetDefaults_ResourceList
 */
export function roundResources(resources: Record<string, string>): void {
  for (const name in resources) {
    const text = resources[name];
    if (text === undefined || !MAY_BE_FINE.test(text)) continue;
    const rounded = roundQuantityUp(text, -3);
    if (rounded !== text) resources[name] = rounded;
  }
}

/** -1, 0 or 1. Equal texts are equal amounts, which spares most comparisons the parsing. */
export const compareQuantities = (a: string, b: string): number =>
  a === b ? 0 : parseQuantity(a).compare(parseQuantity(b));

/** As the server prints it. */
export const quantityText = (text: string): string => parseQuantity(text).toString();

/** True when the amount has no fraction of a unit: what bytes and countable things must be. */
export const isWhole = (text: string): boolean => parseQuantity(text).milliValue() % 1000 === 0;
