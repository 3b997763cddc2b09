import { type LabelSelector, labelSelectorAsSelector, labelsText, SelectorProblem } from '@tabernetes/apimachinery';

/** `a=b,c=d` in key order; `<none>` for no labels. */
export const formatLabels = (labels: Readonly<Record<string, string>> | undefined): string =>
  labelsText(labels) || '<none>';

/**
 * The canonical text of a selector, `''` for an empty or absent one: what a Scale shows. `whenInvalid` for one that the
 * API would refuse.
 */
export function selectorText(selector: LabelSelector | undefined, whenInvalid = ''): string {
  try {
    return labelSelectorAsSelector(selector).toString();
  } catch (error) {
    if (error instanceof SelectorProblem) return whenInvalid;
    throw error;
  }
}

/** A selector on one line: `<none>` for an empty one, `<error>` for one that the API would refuse. */
export { formatLabelSelector as formatSelector } from '@tabernetes/apimachinery';
