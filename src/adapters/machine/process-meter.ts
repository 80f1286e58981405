import { readFileSync } from 'node:fs';
import type { Usage, UsageMeter } from '../../ports/usage-meter.ts';

/** Memory is looked at this often; a peak between two looks is missed. */
const lookMs = 200;
/** Linux counts in hundredths of a second, whatever the kernel ticks at. @see proc(5), sysconf(_SC_CLK_TCK) */
const msPerTick = 10;

/** Measures this process, all its threads, and on Linux the programs it started. */
export function processMeter(): UsageMeter {
  const open = new Set<{ peak: number }>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const rss = process.memoryUsage.rss();
    for (const each of open) if (rss > each.peak) each.peak = rss;
  };
  return {
    start() {
      const cpu = process.cpuUsage();
      const children = childCpuMs();
      const own = { peak: process.memoryUsage.rss() };
      open.add(own);
      timer ??= setInterval(look, lookMs).unref();
      return (): Usage => {
        look();
        open.delete(own);
        if (open.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        const { user, system } = process.cpuUsage(cpu);
        const ended = childCpuMs();
        return {
          cpuMs: (user + system) / 1000,
          ...(children === undefined || ended === undefined
            ? {}
            : { childCpuMs: ended - children }),
          peakMemoryBytes: own.peak,
        };
      };
    },
  };
}

/** Of children that were waited for. @see proc(5), /proc/pid/stat, cutime and cstime */
function childCpuMs(): number | undefined {
  try {
    const text = readFileSync('/proc/self/stat', 'latin1');
    // The name of the program stands in brackets and may hold anything; what follows does not.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[13]) + Number(fields[14]);
    return Number.isFinite(ticks) ? ticks * msPerTick : undefined;
  } catch {
    return undefined;
  }
}
