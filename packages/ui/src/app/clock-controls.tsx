import { useRef, useState } from 'react';
import { useMessages } from '../messages/messages.ts';
import { elapsedText } from '../model/elapsed.ts';
import { useClockState, useCluster, useKind } from '../world/hooks.ts';
import { useNow } from '../world/use-now.ts';
import { ClockSign } from './clock-signs.tsx';

/** Virtual seconds per real second, that the page offers. */
export const SPEEDS = [0.1, 0.5, 1, 2, 10, 60, 1000] as const;
const FULL_SPEED = 1_000;

/** Pause, step, until idle, speed: time belongs to who watches. */
export function ClockControls() {
  const { host } = useCluster();
  const { paused, speed } = useClockState();
  const { isRushing, toggleRush } = useRush();
  const { clock: words } = useMessages();
  return (
    <fieldset className="clock" aria-label={words.label}>
      <button
        type="button"
        onClick={() => void (paused ? host.resume() : host.pause())}
        aria-pressed={paused}
        title={paused ? words.resumeKey : words.pauseKey}
      >
        <ClockSign name={paused ? 'play' : 'pause'} />
        <span className="sr">{paused ? words.resume : words.pause}</span>
      </button>
      <button type="button" onClick={() => void host.step()} disabled={!paused} title={words.nextEventKey}>
        <ClockSign name="step" />
        <span className="sr">{words.nextEvent}</span>
      </button>
      <button
        type="button"
        onClick={toggleRush}
        aria-pressed={isRushing}
        title={isRushing ? words.stopHere : words.fastForward}
      >
        <ClockSign name="idle" />
        <span className="sr">{words.untilIdle}</span>
      </button>
      <select
        value={String(speed)}
        aria-label={words.speed}
        onChange={({ target }) => void host.setSpeed(Number(target.value))}
      >
        {SPEEDS.map((each) => (
          <option key={each} value={String(each)}>
            {each}×
          </option>
        ))}
      </select>
      <Time />
    </fieldset>
  );
}

/** Runs at full speed until nothing but the endless is due, then as before. What never comes to rest is stopped by hand. */
function useRush(): { readonly isRushing: boolean; toggleRush(): void } {
  const { host, world } = useCluster();
  const stop = useRef<() => void>(undefined);
  const [isRushing, setRushing] = useState(false);
  const rush = async (): Promise<void> => {
    const { paused, speed } = world.clock;
    setRushing(true);
    const stopped = new Promise<void>((resolve) => {
      stop.current = resolve;
    });
    try {
      await host.setSpeed(FULL_SPEED);
      if (paused) await host.resume();
      await Promise.race([host.idle(), stopped]);
      if (paused) await host.pause();
      await host.setSpeed(speed);
    } finally {
      setRushing(false);
    }
  };
  return { isRushing, toggleRush: () => (isRushing ? stop.current?.() : void rush()) };
}

/** The cluster's time of day, the day in its tooltip, and how long the cluster has been. */
function Time() {
  const now = useNow();
  const { clock: words } = useMessages();
  const first = useKind('Namespace').find(({ metadata }) => metadata.name === 'kube-system');
  const text = now === 0 ? '' : new Date(now).toISOString();
  const sinceMs = Date.parse(first?.metadata.creationTimestamp ?? '');
  return (
    <>
      <time className="number" title={text.slice(0, 19).replace('T', ' ')}>
        {text.slice(11, 19)}
      </time>
      {now > 0 && !Number.isNaN(sinceMs) && (
        <span className="elapsed count" title={words.elapsed}>
          {elapsedText(now - sinceMs)}
        </span>
      )}
    </>
  );
}
