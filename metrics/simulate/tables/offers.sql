SELECT
    ticket_id(ticket_no) AS ticket_id,
    known(offered_s) AS offered_at,
    offer_kind AS kind,
    yuan(offer_cents) AS amount,
    CASE WHEN audited_s <= getvariable('as_of_s') THEN accepted END AS accepted
FROM (SELECT *, contacted_s + 60 + CAST((responded_s - contacted_s) * 0.2 AS BIGINT) AS offered_s FROM cases WHERE offered)
WHERE offered_s <= getvariable('as_of_s')
ORDER BY ticket_no
