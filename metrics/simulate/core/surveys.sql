-- Who answers, and how content he is: it hangs on how the ticket was handled, and on nothing else.
CREATE TABLE answers AS
WITH asked AS (
    SELECT
        order_no, ticket_no,
        closed_s + 3600 + wait_within(draw(ticket_no, 'answers at'), 86400, 1.0, 604800) AS answered_s,
        draw(ticket_no, 'score') AS mood,
        0.83 - CASE WHEN late THEN 0.3 ELSE 0 END - CASE WHEN outcome = 'rejected' THEN 0.4 ELSE 0 END
        - CASE WHEN parent_key IS NOT NULL THEN 0.3 ELSE 0 END
        - CASE WHEN closed_s - requested_s > 864000 THEN 0.1 ELSE 0 END
        + CASE WHEN contacted THEN 0.08 ELSE 0 END AS content
    FROM cases
    WHERE draw(ticket_no, 'answers') < 0.16
    UNION ALL
    SELECT
        order_no, NULL AS ticket_no,
        delivered_s + 7200 + wait_within(draw(order_no, 'reviews at'), 172800, 1.0, 1209600) AS answered_s,
        draw(order_no, 'review') AS mood,
        0.87 AS content
    FROM lines
    WHERE ordinal = 0 AND family IS NULL AND delivered_s IS NOT NULL AND draw(order_no, 'reviews') < 0.02
)
SELECT
    row_number() OVER (ORDER BY answered_s, order_no, ticket_no) AS survey_no,
    order_no, ticket_no, answered_s,
    CASE
        WHEN mood < content * 0.72 THEN 5
        WHEN mood < content THEN 4
        WHEN mood < content + (1 - content) * 0.35 THEN 3
        WHEN mood < content + (1 - content) * 0.6 THEN 2
        ELSE 1
    END AS score
FROM asked
WHERE answered_s <= getvariable('as_of_s')
ORDER BY survey_no;
