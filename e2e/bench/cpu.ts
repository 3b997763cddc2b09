/**
 * Microseconds of the processor that work takes, the engine's helper threads included. Not of the clock: other programs may be busy as
 * well.
 */
export async function cpuMicroseconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
