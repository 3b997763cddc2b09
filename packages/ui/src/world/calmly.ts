/** Tells a listener at once, and then of all that comes within `everyMs` milliseconds together, after them. Gives what ends it. */
export function calmly(
  listener: () => void,
  everyMs: number,
  subscribe: (listener: () => void) => () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const tell = (): void => {
    isDue = timer !== undefined;
    if (isDue) return;
    listener();
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) tell();
    }, everyMs);
  };
  const stop = subscribe(tell);
  return () => {
    stop();
    clearTimeout(timer);
  };
}
