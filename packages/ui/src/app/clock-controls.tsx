import { useClockState, useCluster } from '../world/hooks.ts';

/** Virtual seconds per real second, that the page offers. */
export const SPEEDS = [0.1, 0.5, 1, 2, 10, 60, 1000] as const;

/** Pause, step, speed: time belongs to who watches. */
export function ClockControls() {
  const { host } = useCluster();
  const { nowMs, paused, speed } = useClockState();
  return (
    <fieldset className="clock" aria-label="Clock">
      <button
        type="button"
        onClick={() => void (paused ? host.resume() : host.pause())}
        aria-pressed={paused}
        title={paused ? 'Resume (space)' : 'Pause (space)'}
      >
        {paused ? '▶' : '❚❚'}
        <span className="sr">{paused ? 'Resume' : 'Pause'}</span>
      </button>
      <button type="button" onClick={() => void host.step()} disabled={!paused} title="Next event (.)">
        ⏭<span className="sr">Next event</span>
      </button>
      <select
        value={String(speed)}
        aria-label="Speed"
        onChange={({ target }) => void host.setSpeed(Number(target.value))}
      >
        {SPEEDS.map((each) => (
          <option key={each} value={String(each)}>
            {each}×
          </option>
        ))}
      </select>
      <time className="number">{nowMs === 0 ? '' : new Date(nowMs).toISOString().slice(11, 19)}</time>
    </fieldset>
  );
}
