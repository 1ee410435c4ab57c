import { Trans, useLingui } from "@lingui/react/macro";
import { Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { FigureTable, type Side } from "./figure-table";
import { SHOWN, THROUGH } from "./figures";
import { LawAndFinish } from "./law-and-finish";
import { Strip } from "./strip";
import { ThroughChart, ThroughTable } from "./through-chart";

interface ResultsProps {
  sides: readonly Side[];
  /** Of each plan the share that its law lets be abandoned. */
  laws: Readonly<Record<string, number>>;
  starts: string;
  hours: number;
  zone: string;
}

/** All that is shown of one plan or of two side by side. */
export function Results({ sides, laws, starts, hours, zone }: ResultsProps) {
  const { t } = useLingui();
  const [name, setName] = useState("talks");
  const isThrough = (THROUGH as readonly string[]).includes(name);
  const through = { sides, name, starts, hours, zone };
  return (
    <Stack gap="md">
      <LawAndFinish laws={laws} sides={sides} />
      <div className="surface" style={{ overflowX: "auto", padding: 8 }}>
        <FigureTable label={t`Figures of one evening`} sides={sides} />
      </div>
      <Select
        allowDeselect={false}
        data={SHOWN.map((shown) => ({ value: shown.name, label: t(shown.label) }))}
        label={t`Show in the charts`}
        maw={320}
        onChange={(value) => value && setName(value)}
        value={name}
      />
      <SimpleGrid cols={{ base: 1, lg: isThrough ? 2 : 1 }}>
        <Stack className="surface" gap="xs" p="sm">
          <Title order={2}>
            <Trans>Every evening</Trans>
          </Title>
          <Strip name={name} sides={sides} />
        </Stack>
        {isThrough ? (
          <Stack className="surface" gap="xs" p="sm">
            <Title order={2}>
              <Trans>Through the evening</Trans>
            </Title>
            {sides.some((side) => side.result.parts.length > 0) ? (
              <>
                <ThroughChart {...through} />
                <ThroughTable {...through} />
              </>
            ) : (
              <Text c="dimmed" size="sm">
                <Trans>Comes with the first whole evening.</Trans>
              </Text>
            )}
          </Stack>
        ) : null}
      </SimpleGrid>
    </Stack>
  );
}
