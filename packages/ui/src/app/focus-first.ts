/**
 * Gives the keys to the first thing of a place that a selector finds, as soon as it is there: views come as chunks of
 * their own, and are laid out elsewhere. Gives what ends the waiting.
 */
export function focusFirst(place: Element, selector: string): () => void {
  const isFocused = (): boolean => {
    const found = place.querySelector<HTMLElement>(selector);
    found?.focus();
    return found !== null;
  };
  if (isFocused()) return () => undefined;
  const observer = new MutationObserver(() => {
    if (isFocused()) observer.disconnect();
  });
  observer.observe(place, { childList: true, subtree: true });
  return () => observer.disconnect();
}
