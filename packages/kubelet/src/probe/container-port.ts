import type { Container, EphemeralContainer } from '@tabernetes/api/types/core-v1';

/**
 * The number of a port that a probe or hook names.
 *
 * @throws {Error} with Go's words when no port of the container has that name
 */
export function containerPort(container: Container | EphemeralContainer, port: number | string): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port);
  if (named !== undefined) return named.containerPort;
  if (/^\d+$/.test(port)) return Number(port);
  throw new Error(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
}
