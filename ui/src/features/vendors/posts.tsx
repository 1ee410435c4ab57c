import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { VendorPostOut } from "@/shared/api/generated/model";
import { getVendorsVendorPostsQueryOptions } from "@/shared/api/generated/vendors";
import { dateTime, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const AGAIN_MS = 10_000;

/** The last hundred posts and our answers; of whom they were is not kept. */
export function Posts({ door }: { door: string }) {
  const { t } = useLingui();
  const [show, setShow] = useState("all");
  const posts = useQuery({ ...getVendorsVendorPostsQueryOptions(door), refetchInterval: AGAIN_MS });
  const all = posts.data ?? [];
  const refused = all.filter((one) => !one.taken);
  const columns: Column<VendorPostOut>[] = [
    {
      id: "at",
      header: t`When`,
      cell: (row) => <span className="tabular nowrap">{dateTime(row.at)}</span>,
      width: 150,
    },
    { id: "deed", header: t`Asked`, cell: (row) => <code>{row.deed}</code> },
    {
      id: "taken",
      header: t`What became of it`,
      cell: (row) => (
        <Badge color={row.taken ? "leaf" : "brick"} maw="none" miw="max-content" variant="light">
          {row.taken ? <Trans>taken</Trans> : <Trans>refused</Trans>}
        </Badge>
      ),
    },
    { id: "answer", header: t`Our answer`, cell: (row) => <code>{row.answer}</code> },
  ];
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={2}>
            <Trans>Last posts</Trans>
          </Title>
          {all.length > 0 ? (
            <Text c={refused.length > 0 ? "brick" : "dimmed"} size="sm">
              <Trans>
                {number(refused.length)} of {number(all.length)} refused
              </Trans>
            </Text>
          ) : null}
        </Group>
        <SegmentedControl
          aria-label={t`Which posts`}
          data={[
            { value: "all", label: t`All` },
            { value: "refused", label: t`Refused` },
          ]}
          onChange={setShow}
          size="xs"
          value={show}
        />
      </Group>
      <ProblemAlert error={posts.error} retry={() => void posts.refetch()} />
      {posts.data ? (
        <DataTable
          columns={columns}
          empty={
            <Text c="dimmed" className="surface" p="md" size="sm">
              {all.length === 0 ? (
                <Trans>Nothing was posted yet. Ask the vendor to send the example once.</Trans>
              ) : (
                <Trans>Of the last posts none was refused.</Trans>
              )}
            </Text>
          }
          label={t`Last posts`}
          rowKey={(row) => `${row.at} ${row.deed} ${row.answer}`}
          rows={show === "refused" ? refused : all}
        />
      ) : posts.error ? null : (
        <Skeleton height={120} />
      )}
    </Stack>
  );
}
