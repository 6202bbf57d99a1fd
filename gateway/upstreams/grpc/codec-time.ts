/** `Timestamp` and `Duration` ↔ text, after https://protobuf.dev/programming-guides/json. */

export interface SecondsAndNanos {
  readonly seconds: number;
  readonly nanos: number;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const MIN_TIMESTAMP_SECONDS = -62_135_596_800;
const MAX_TIMESTAMP_SECONDS = 253_402_300_799;
/** About 10,000 years. */
const MAX_DURATION_SECONDS = 315_576_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

const RFC_3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** RFC 3339 in UTC with 0, 3, 6 or 9 digits of fraction. Throws a `RangeError` outside the years 1 to 9999. */
export function timestampText(seconds: number, nanos: number): string {
  if (
    seconds < MIN_TIMESTAMP_SECONDS ||
    seconds > MAX_TIMESTAMP_SECONDS ||
    nanos < 0 ||
    nanos >= NANOS_PER_SECOND
  ) {
    throw new RangeError('a Timestamp is out of range');
  }
  const days = Math.floor(seconds / 86_400);
  return `${dateText(days)}T${timeText(seconds - days * 86_400)}${fractionText(nanos)}Z`;
}

/** `3.5s`. Throws a `RangeError` beyond 10,000 years or when the two parts have different signs. */
export function durationText(seconds: number, nanos: number): string {
  const negative = seconds < 0 || nanos < 0;
  if (
    Math.abs(seconds) > MAX_DURATION_SECONDS ||
    Math.abs(nanos) >= NANOS_PER_SECOND ||
    (negative && (seconds > 0 || nanos > 0))
  ) {
    throw new RangeError('a Duration is out of range');
  }
  return `${negative ? '-' : ''}${Math.abs(seconds)}${fractionText(Math.abs(nanos))}s`;
}

/** From RFC 3339 with any offset; `undefined` when it is not such a text, not a day of the calendar or out of range. */
export function parseTimestamp(text: string): SecondsAndNanos | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // JavaScript rolls 30 February over into March.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).getUTCDate() !== Number(day)) return undefined;
  const offsetSeconds = sign === undefined ? 0 : Number(offsetHours) * 3600 + Number(offsetMinutes) * 60;
  const seconds = milliseconds / 1000 - (sign === '-' ? -offsetSeconds : offsetSeconds);
  if (seconds < MIN_TIMESTAMP_SECONDS || seconds > MAX_TIMESTAMP_SECONDS) return undefined;
  return { seconds, nanos: nanosOf(fraction) };
}

export function parseDuration(text: string): SecondsAndNanos | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, minus, whole, fraction] = match;
  const seconds = Number(whole);
  const nanos = nanosOf(fraction);
  if (seconds > MAX_DURATION_SECONDS || (seconds === MAX_DURATION_SECONDS && nanos > 0)) return undefined;
  return minus === '-' ? { seconds: negated(seconds), nanos: negated(nanos) } : { seconds, nanos };
}

/** `07` and so on. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/**
 * The date of a day after 1970-01-01, by integer arithmetic in eras of 400 years that begin on 1 March
 * (https://howardhinnant.github.io/date_algorithms.html): a third of the time that `Date` takes.
 */
function dateText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${TWO_DIGITS[Math.floor(year / 100)]}${TWO_DIGITS[year % 100]}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`;
}

function timeText(secondOfDay: number): string {
  const minuteOfDay = Math.floor(secondOfDay / 60);
  const hour = Math.floor(minuteOfDay / 60);
  return `${TWO_DIGITS[hour]}:${TWO_DIGITS[minuteOfDay - hour * 60]}:${TWO_DIGITS[secondOfDay - minuteOfDay * 60]}`;
}

function fractionText(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`;
  return `.${digits.endsWith('000') ? digits.slice(0, 6) : digits}`;
}

function nanosOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.padEnd(9, '0'));
}

/** Never -0. */
function negated(value: number): number {
  return value === 0 ? 0 : -value;
}
