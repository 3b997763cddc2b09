/** Signs of the clock, drawn: fonts have them or not. */
const PATHS = {
  pause: 'M4 2h3v12H4zM9 2h3v12H9z',
  play: 'M4 2l10 6-10 6z',
  step: 'M3 2l8 6-8 6zM11.5 2H14v12h-2.5z',
  idle: 'M2 2l6 6-6 6zM8 2l6 6-6 6z',
} as const;

export function ClockSign({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg className="sign" viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="currentColor" />
    </svg>
  );
}
