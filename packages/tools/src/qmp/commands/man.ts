import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { manPage } from '../../cli/man-page.js';
import { toolsVersion } from '../../cli/version.js';
import { nearest } from '../../schema/nearest.js';
import { allSpecs } from '../all-specs.js';

/** `qmp man`. */
export async function run(call: Invocation): Promise<number> {
  const [name = 'qmp'] = call.args;
  const spec = allSpecs.find((candidate) => candidate.name === name);
  if (spec === undefined) {
    const names = allSpecs.map((candidate) => candidate.name);
    const near = nearest(name, names);
    throw new UsageError(
      `no tool '${name}'`,
      near === undefined ? `known: ${names.join(', ')}` : `did you mean '${near}'?`,
    );
  }
  call.io.output.write(manPage(spec, toolsVersion));
  return exitCode.done;
}
