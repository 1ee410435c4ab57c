import { Plural, Trans } from "@lingui/react/macro";
import { Alert } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { connection } from "@/shared/api/http";
import { useLive } from "@/shared/live/live-provider";

const SILENT_AFTER_MS = 3_000;

/** Shown when the server has been silent for a while: how old what stands on the screen is, and what still works. */
export function OfflineBanner() {
  const { connected } = useLive();
  const reachable = useSyncExternalStore(connection.subscribe, connection.isReachable);
  const away = !(connected && reachable);
  const [age, setAge] = useState(0);

  useEffect(() => {
    if (!away) {
      setAge(0);
      return;
    }
    const timer = setInterval(() => setAge(Date.now() - connection.heardAt()), 1_000);
    return () => clearInterval(timer);
  }, [away]);

  if (!away || age < SILENT_AFTER_MS) return null;
  const seconds = Math.floor(age / 1_000);
  return (
    <Alert color="amber" icon={<IconCloudOff aria-hidden />} mb="sm" radius="md" role="status" variant="light">
      <Trans>
        No connection. What you see is <Plural one="# second" other="# seconds" value={seconds} /> old. Notes and
        dispositions are kept here and sent when the connection is back.
      </Trans>
    </Alert>
  );
}
