/** A ship's wheel with seven spokes, drawn: few fonts have one. */
export function BrandSign() {
  return (
    <svg className="brand-sign" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
      <circle cx="8" cy="8" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="8" cy="8" r="1.4" fill="currentColor" />
      <path d={SPOKES} stroke="currentColor" strokeWidth="1.2" strokeLinecap="round" />
    </svg>
  );
}

const SPOKES = Array.from({ length: 7 }, (_, at) => {
  const angle = (2 * Math.PI * at) / 7 - Math.PI / 2;
  const point = (radius: number): string =>
    `${(8 + radius * Math.cos(angle)).toFixed(2)} ${(8 + radius * Math.sin(angle)).toFixed(2)}`;
  return `M${point(1.4)}L${point(7.3)}`;
}).join('');
