// Checks for the Node scripts in this folder. Each prints `ok - NAME` or `not ok - NAME: REASON`.

/** Runs a check and returns its result, or undefined if it fails: then the checks that need it fail too. */
export async function check(name, run) {
  try {
    const result = await run();
    console.log(`ok - ${name}`);
    return result;
  } catch (error) {
    process.exitCode = 1;
    console.log(`not ok - ${name}: ${error}`.replaceAll('\n', ' '));
  }
}

export function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what} is ${actual}, not ${expected}`);
}
