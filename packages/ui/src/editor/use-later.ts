import { useEffect, useState } from 'react';

/** No longer than this does one wait for the other, in milliseconds. */
const PATIENCE_MS = 1_500;

/** True from the moment of `isTime` on, or a little later without it: what is large lets go first what is waited for. */
export function useLater(isTime: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (isTime) {
      setLate(true);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isTime]);
  return isLate;
}
