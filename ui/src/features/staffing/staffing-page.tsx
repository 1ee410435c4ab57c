import { Trans, useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PageHeader } from "@/shared/ui/page-header";
import { FinishPanel } from "./finish-panel";
import { SeatsPanel } from "./seats-panel";

export interface StaffingSearch {
  view?: string;
  campaign?: string;
  inbound?: string;
  day?: string;
}

/** How many seats each half hour needs, and when each list will be finished. */
export function StaffingPage() {
  const { t } = useLingui();
  const search = useSearch({ strict: false }) as StaffingSearch;
  const navigate = useNavigate();
  const look = (next: StaffingSearch) =>
    void navigate({ to: "/staffing", search: { ...search, ...next }, replace: true });
  return (
    <>
      <PageHeader
        note={<Trans>Seats for each half hour, and the day on which each list is finished.</Trans>}
        title={t`Staffing`}
      />
      <Tabs
        keepMounted={false}
        onChange={(view) => look({ view: view ?? "seats" })}
        value={search.view === "finish" ? "finish" : "seats"}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="seats">
            <Trans>Seats by half hour</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="finish">
            <Trans>When lists are finished</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="seats">
          <SeatsPanel look={look} search={search} />
        </Tabs.Panel>
        <Tabs.Panel value="finish">
          <FinishPanel />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
