const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** strftime(3) in UTC, with GNU's `%N` and the flags `-`, `_` and `0`. */
export function formatDate(format: string, ms: number): string {
  return format.replace(/%([-_0^]?)(\d*)(:?[a-zA-Z%])/g, (whole, flag: string, width: string, letter: string) => {
    const [text, pad, fill] = field(letter, ms) ?? [undefined, 0, ''];
    if (text === undefined) return whole;
    if (flag === '-') return text;
    if (flag === '^') return text.toUpperCase();
    return text.padStart(width === '' ? pad : Number(width), flag === '_' ? ' ' : flag === '0' ? '0' : fill);
  });
}

/** `Sat Nov 21 04:39:46 UTC 2026` */
export function plainDate(ms: number): string {
  return formatDate('%a %b %e %H:%M:%S UTC %Y', ms);
}

type Field = readonly [text: string, pad: number, fill: string];

function field(letter: string, ms: number): Field | undefined {
  const date = new Date(ms);
  const two = (value: number): Field => [String(value), 2, '0'];
  const text = (value: string): Field => [value, 0, ' '];
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
  switch (letter) {
    case 'a':
      return text((DAYS[date.getUTCDay()] ?? '').slice(0, 3));
    case 'A':
      return text(DAYS[date.getUTCDay()] ?? '');
    case 'b':
    case 'h':
      return text((MONTHS[date.getUTCMonth()] ?? '').slice(0, 3));
    case 'B':
      return text(MONTHS[date.getUTCMonth()] ?? '');
    case 'c':
      return text(formatDate('%a %b %e %H:%M:%S %Y', ms));
    case 'C':
      return two(Math.floor(date.getUTCFullYear() / 100));
    case 'd':
      return two(date.getUTCDate());
    case 'D':
    case 'x':
      return text(formatDate('%m/%d/%y', ms));
    case 'e':
      return [String(date.getUTCDate()), 2, ' '];
    case 'F':
      return text(formatDate('%Y-%m-%d', ms));
    case 'g':
      return two(isoWeek(date).year % 100);
    case 'G':
      return text(String(isoWeek(date).year));
    case 'H':
      return two(date.getUTCHours());
    case 'I':
      return two(hour12);
    case 'j':
      return [String(dayOfYear(date) + 1), 3, '0'];
    case 'k':
      return [String(date.getUTCHours()), 2, ' '];
    case 'l':
      return [String(hour12), 2, ' '];
    case 'm':
      return two(date.getUTCMonth() + 1);
    case 'M':
      return two(date.getUTCMinutes());
    case 'n':
      return text('\n');
    case 'N':
      return [String(date.getUTCMilliseconds() * 1_000_000), 9, '0'];
    case 'p':
      return text(date.getUTCHours() < 12 ? 'AM' : 'PM');
    case 'P':
      return text(date.getUTCHours() < 12 ? 'am' : 'pm');
    case 'r':
      return text(formatDate('%I:%M:%S %p', ms));
    case 'R':
      return text(formatDate('%H:%M', ms));
    case 's':
      return text(String(Math.floor(ms / 1000)));
    case 'S':
      return two(date.getUTCSeconds());
    case 't':
      return text('\t');
    case 'T':
    case 'X':
      return text(formatDate('%H:%M:%S', ms));
    case 'u':
      return text(String(date.getUTCDay() || 7));
    case 'U':
      return two(Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7));
    case 'V':
      return two(isoWeek(date).week);
    case 'w':
      return text(String(date.getUTCDay()));
    case 'W':
      return two(Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7));
    case 'y':
      return two(date.getUTCFullYear() % 100);
    case 'Y':
      return text(String(date.getUTCFullYear()));
    case 'z':
      return text('+0000');
    case ':z':
      return text('+00:00');
    case 'Z':
      return text('UTC');
    case '%':
      return text('%');
    default:
      return undefined;
  }
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  // The week belongs to the year in which its Thursday lies.
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}
