"""Six roles of the operator's own people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts")]
    operations = [
        migrations.AlterField(
            "user",
            "role",
            models.CharField(
                choices=[
                    ("provider", "Prestador"),
                    ("agent", "Central de atendimento"),
                    ("auditor", "Auditoria"),
                    ("analyst", "Análise"),
                    ("manager", "Gestão"),
                    ("dpo", "Encarregado de dados"),
                    ("administrator", "Administração de acessos"),
                ],
                max_length=16,
                verbose_name="Papel",
            ),
        )
    ]
