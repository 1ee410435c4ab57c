/**
 * A task that hints ask for, run once at a time: hints that come while it runs make it run once more afterwards.
 *
 * What runs is never cut short by the next hint. An answer on its way is worth showing, and bursts of hints cannot
 * keep putting it off.
 */
export function oneAtATime(task: () => Promise<unknown>): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await task().catch(() => undefined); // who shows the answer shows its error
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
