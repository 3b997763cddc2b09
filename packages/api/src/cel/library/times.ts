import { declare, type FunctionDeclaration, type Library } from '../declarations.ts';
import { zonedDate } from '../time.ts';
import { CelError, type CelValue, type Duration, type Timestamp } from '../values.ts';

const DAY_MS = 86_400_000;

function part(name: string, id: string, read: (date: Date) => number, nanosPerUnit?: bigint): FunctionDeclaration {
  const of = (value: CelValue, zone: CelValue = 'UTC'): bigint => {
    const date = zonedDate(value as Timestamp, zone as string);
    if (date === undefined) throw new CelError(`unknown time zone ${zone as string}`);
    return BigInt(read(date));
  };
  const ofMoment = [
    [`timestamp_to_${id}`, '.(timestamp) int', of],
    [`timestamp_to_${id}_with_tz`, '.(timestamp, string) int', of],
  ] as const;
  if (nanosPerUnit === undefined) return declare(name, ...ofMoment);
  return declare(name, ...ofMoment, [
    `duration_to_${id}`,
    '.(duration) int',
    (value) =>
      id === 'milliseconds' ? ((value as Duration).ns / nanosPerUnit) % 1000n : (value as Duration).ns / nanosPerUnit,
  ]);
}

export const TIMES: Library = [
  part('getFullYear', 'year', (date) => date.getUTCFullYear()),
  part('getMonth', 'month', (date) => date.getUTCMonth()),
  part('getDayOfYear', 'day_of_year', (date) =>
    Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY_MS),
  ),
  part('getDayOfMonth', 'day_of_month', (date) => date.getUTCDate() - 1),
  part('getDate', 'day_of_month_1_based', (date) => date.getUTCDate()),
  part('getDayOfWeek', 'day_of_week', (date) => date.getUTCDay()),
  part('getHours', 'hours', (date) => date.getUTCHours(), 3_600_000_000_000n),
  part('getMinutes', 'minutes', (date) => date.getUTCMinutes(), 60_000_000_000n),
  part('getSeconds', 'seconds', (date) => date.getUTCSeconds(), 1_000_000_000n),
  part('getMilliseconds', 'milliseconds', (date) => date.getUTCMilliseconds(), 1_000_000n),
];
