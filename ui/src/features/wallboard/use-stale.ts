import { useEffect, useState } from "react";

const STALE_AFTER_S = 5;

/** Seconds since the figures came, once that is longer than they stay true; else null. In the browser's own time. */
export function useStale(heardAt: number): number | null {
  const [age, setAge] = useState(0);
  useEffect(() => {
    const measure = () => setAge(Math.floor((Date.now() - heardAt) / 1000));
    measure();
    const timer = setInterval(measure, 1_000);
    return () => clearInterval(timer);
  }, [heardAt]);
  return age >= STALE_AFTER_S ? age : null;
}
