import type { Sign } from '../model/pod-sign.ts';

/** The mark of a Pod's state, as its tile has it; what it means stands beside it in words. */
export function Mark({ sign }: { readonly sign: Sign }) {
  return (
    <span className={`sign-of ${sign}`} aria-hidden="true">
      <i className="mark" />
    </span>
  );
}
