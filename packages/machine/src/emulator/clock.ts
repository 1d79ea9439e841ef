import type { V86Cpu } from './internals.js';

const CMOS_DATA = 0x71;
const REGISTER_B = 0x0b;
/** The clock stands still while it is being set. */
const SET = 0x80;
/** The clock's registers that a guest sets, and how to put one into a date. Values are in BCD. */
const FIELDS: ReadonlyMap<number, (date: Date, value: number) => void> = new Map([
  [0x00, (date, value) => date.setUTCSeconds(value)],
  [0x02, (date, value) => date.setUTCMinutes(value)],
  [0x04, (date, value) => date.setUTCHours(value)],
  [0x07, (date, value) => date.setUTCDate(value)],
  [0x08, (date, value) => date.setUTCMonth(value - 1)],
  [0x09, (date, value) => date.setUTCFullYear(value < 70 ? 2000 + value : 1900 + value)],
] as const);

/**
 * Lets the guest set its clock, which v86 by itself ignores.
 *
 * @param tell gets the seconds between the guest's clock and the host's.
 */
export function watchClock(cpu: V86Cpu, tell: (offset: number) => void): void {
  const { rtc } = cpu.devices;
  const port = cpu.io.ports[CMOS_DATA];
  if (port === undefined) return;
  const previous = port.write8;
  const told = () => tell(Math.round((rtc.rtc_time - Date.now()) / 1000));
  let setting = false;
  port.write8 = function (this: object, value: number) {
    const index = rtc.cmos_index & 0x7f;
    const set = FIELDS.get(index);
    previous.call(this, value);
    if (index === REGISTER_B) {
      const ended = setting && !(value & SET);
      setting = (value & SET) !== 0;
      if (ended) told();
    }
    if (set === undefined) return;
    const date = new Date(rtc.rtc_time);
    set(date, (value >> 4) * 10 + (value & 15));
    rtc.rtc_time = date.getTime();
    // A guest that holds the clock while it sets it is heard of once.
    if (!setting) told();
  };
}
